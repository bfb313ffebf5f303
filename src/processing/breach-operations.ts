import { z } from 'zod'
import { type AnyOperation, type Clock, type Did, operation, pageInput, pageOf } from '../core/index.ts'
import { documentLanguages } from '../documents/index.ts'
import { type Affected, affectedBy, type Logs, logsOf } from './affected.ts'
import { breachPage, breachReport } from './breach-report.ts'
import { nowhere, scopeOf } from './breach-scope.ts'
import {
  affectedOutput,
  caseOutput,
  describeAffected,
  describeCase,
  id,
  manager,
  moment,
  optional,
  readers,
  reportOutput,
  scopeInput,
  text,
  wordsInput,
  wordsOf,
} from './breach-values.ts'
import type { BreachCase, Breaches } from './breaches.ts'
import type { OwnLooks } from './looks.ts'
import type { Sender } from './notice-text.ts'
import type { AccessLog, OwnActors } from './ports.ts'
import type { Settings } from './settings.ts'

export interface BreachOperationsDeps {
  readonly breaches: Breaches
  readonly looks: OwnLooks
  readonly accessLog: AccessLog
  readonly actors: OwnActors
  /** By KVK number or name. @throws Refusal `partner_unknown` and others */
  readonly partner: (reference: string) => Promise<Did>
  readonly claimName: Logs['claimName']
  /** @throws Refusal `unknown_credential_type` */
  readonly requireType: (name: string) => string
  readonly settings: Settings
  readonly sender: Sender
  readonly clock: Clock
}

/** Cases of a breach: only administrators and auditors see them. */
export function breachOperations(deps: BreachOperationsDeps): AnyOperation[] {
  const { breaches, looks, accessLog, claimName, clock } = deps
  const affectedOf = async ({ row }: BreachCase): Promise<Affected[]> => {
    const wanted = logsOf(row.scope)
    return affectedBy(row.scope, {
      others: wanted.others ? accessLog(row.scope) : none(),
      ours: wanted.ours ? looks.between(row.scope.from, row.scope.until) : none(),
      claimName,
    })
  }
  const show = (found: BreachCase) => describeCase(found, clock.now())
  return [
    operation({
      name: 'breaches.open',
      summary: 'Open the case of a breach of personal data: the clock runs from its discovery',
      method: 'POST',
      path: '/breaches',
      input: z.strictObject({
        title: z.string().trim().min(1).max(200),
        description: text,
        discovered_at: moment.optional().describe('now unless told; written as from'),
        ...{ ...optional(wordsInput), ...optional(scopeInput), from: scopeInput.from },
      }),
      output: caseOutput,
      status: 201,
      allow: manager,
      run: async ({ title, description, discovered_at, ...given }, { caller }) => {
        const discoveredAt = discovered_at === undefined ? clock.now() : Date.parse(discovered_at)
        const whole = await scopeOf(deps, given, { ...nowhere, from: 0, until: clock.now() })
        const said = { title, description, ...wordsOf(given) }
        return show(await breaches.open(caller, { discoveredAt, scope: whole, words: said }))
      },
    }),
    operation({
      name: 'breaches.list',
      summary: 'The cases of breaches, newest first',
      method: 'GET',
      path: '/breaches',
      input: z.strictObject(pageInput),
      output: pageOf(caseOutput),
      allow: readers,
      run: async ({ cursor, limit }) => {
        const { items, next } = await breaches.list({ limit, ...(cursor && { cursor }) })
        return { items: items.map(show), next }
      },
    }),
    operation({
      name: 'breaches.affected',
      summary: 'Whose data a breach may have reached, drawn from the log of who looked',
      method: 'GET',
      path: '/breaches/:id/affected',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: z.object({
        items: z.array(affectedOutput),
        parties: z.int(),
        looks: z.int(),
        claims: z.array(z.string()),
      }),
      allow: readers,
      run: async (input) => {
        const items = await affectedOf(await breaches.get(input.id))
        return {
          items: items.map(describeAffected),
          parties: items.length,
          looks: items.reduce((sum, one) => sum + one.looks, 0),
          claims: [...new Set(items.flatMap(({ claims }) => claims))].sort(),
        }
      },
    }),
    operation({
      name: 'breaches.amend',
      summary: 'Add what became known of a breach; what is not given stays',
      method: 'POST',
      path: '/breaches/:id',
      positional: ['id'],
      input: z.strictObject({
        id,
        note: text.describe('what changed, for the log of the case'),
        title: z.string().trim().min(1).max(200).optional(),
        description: text.optional(),
        ...{ ...optional(wordsInput), ...optional(scopeInput) },
      }),
      output: caseOutput,
      allow: manager,
      run: async ({ id, note, title, description, ...given }, { caller, ifMatch }) => {
        const { row } = await breaches.get(id)
        const said = { ...(title && { title }), ...(description && { description }), ...wordsOf(given) }
        const whole = await scopeOf(deps, given, row.scope)
        return show(await breaches.amend(caller, id, { note, words: said, scope: whole }, ifMatch))
      },
    }),
    operation({
      name: 'breaches.decide',
      summary: 'Decide whether the AP, or the persons, are told of a breach, and say why',
      method: 'POST',
      path: '/breaches/:id/decisions',
      positional: ['id', 'about'],
      input: z.strictObject({
        id,
        about: z.enum(['authority', 'persons']),
        report: z.boolean().describe('true: tell them'),
        reason: text,
      }),
      output: caseOutput,
      allow: manager,
      run: async ({ id, ...given }, { caller, ifMatch }) =>
        show(await breaches.decide(caller, id, given, ifMatch)),
    }),
    operation({
      name: 'breaches.note',
      summary: 'Write down that a breach was reported, that persons were told, or anything else',
      method: 'POST',
      path: '/breaches/:id/steps',
      positional: ['id', 'step'],
      input: z.strictObject({
        id,
        step: z.enum(['reported', 'persons_told', 'note']),
        text: text.describe('how, and to whom; for a report the number that the AP gave'),
        at: moment.optional().describe('now unless told; a day, or a time in the Netherlands'),
      }),
      output: caseOutput,
      allow: manager,
      run: async ({ id, step, text, at }, { caller, ifMatch }) => {
        const done = { step, text, at: at ? Date.parse(at) : clock.now() }
        return show(await breaches.note(caller, id, done, ifMatch))
      },
    }),
    operation({
      name: 'breaches.close',
      summary: 'Close the case of a breach, once all is decided and done',
      method: 'POST',
      path: '/breaches/:id/closing',
      positional: ['id'],
      input: z.strictObject({ id, text: text.describe('what was learned from it') }),
      output: caseOutput,
      allow: manager,
      run: async ({ id, text }, { caller, ifMatch }) => show(await breaches.close(caller, id, text, ifMatch)),
    }),
    operation({
      name: 'breaches.report',
      summary: 'A breach as the AP asks for it, with the log of what was done',
      method: 'GET',
      path: '/breaches/:id/report',
      positional: ['id'],
      input: z.strictObject({
        id,
        format: z.enum(['json', 'html']).default('json'),
        language: z.enum(documentLanguages).default('nl'),
      }),
      output: z.object({
        report: reportOutput,
        html: z.string().nullable().describe('the report as a page that stands on its own'),
      }),
      allow: readers,
      run: async ({ id, format, language }) => {
        const found = await breaches.get(id)
        const [affected, steps, { settings }] = await Promise.all([
          affectedOf(found),
          breaches.steps(id),
          deps.settings.get(),
        ])
        const { sender } = deps
        const report = breachReport({ ...found, sender, settings, affected, steps, now: clock.now() })
        return { report, html: format === 'html' ? breachPage(report, affected, language) : null }
      },
    }),
    operation({
      name: 'breaches.show',
      summary: 'The case of one breach',
      method: 'GET',
      path: '/breaches/:id',
      positional: ['id'],
      input: z.strictObject({ id }),
      output: caseOutput,
      allow: readers,
      run: async (input) => show(await breaches.get(input.id)),
    }),
  ]
}

async function* none(): AsyncIterable<never> {
  // Neither log is about this.
}
