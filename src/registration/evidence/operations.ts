import { z } from 'zod'
import {
  type AnyOperation,
  downloadSchema,
  isoTime,
  isoTimeOrNull,
  operation,
  pageInput,
  pageOf,
  requireUpload,
  requireUser,
} from '../../core/index.ts'
import { handedInAnswer } from '../answers.ts'
import type { CaseFiles } from '../case/case-files.ts'
import type { Decisions } from '../case/decisions.ts'
import { representationType } from '../messages.ts'
import type { Asking } from './asking.ts'
import { evidenceKinds, evidenceStates } from './checklist.ts'
import type { Domains } from './domain.ts'
import type { Evidence, ShownItem } from './evidence.ts'
import type { HandingIn } from './handing-in.ts'
import type { KeptEvidence, KeptFile } from './kept.ts'
import { listedSchema, type Representative, type Representatives } from './representatives.ts'

export interface EvidenceOperationsDeps {
  readonly caseFiles: CaseFiles
  readonly decisions: Decisions
  readonly evidence: Evidence
  readonly representatives: Representatives
  readonly domains: Domains
  readonly asking: Asking
  readonly handingIn: HandingIn
  readonly kept: KeptEvidence
}

const id = z.uuid()
const allow = { users: ['servicedesk'] } as const
const kind = z.enum(evidenceKinds)
const item = { id, kind, representative: z.uuid().optional().describe('whose: of what is of a person') }
const text = (max: number) => z.string().trim().min(1).max(max)

const evidenceView = z.object({
  items: z.array(
    z.object({
      kind,
      representative: z.string().nullable(),
      required: z.boolean(),
      state: z.enum(evidenceStates),
      file_name: z.string().nullable(),
      digest: z.string().nullable(),
      how: z.string().nullable().describe('how it was checked'),
      reason: z.string().nullable().describe('why it was refused'),
      at: z.iso.datetime().nullable(),
    }),
  ),
  missing: z.array(kind).describe('without these the case is not accepted'),
  representatives: z.array(
    z.object({
      id: z.string(),
      did: z.string().nullable(),
      name: z.string(),
      accepted_as: z.string().nullable().describe('the name under which she accepted, where it differs'),
      representation_type: representationType,
      listed: z.boolean().describe('the certified extract lists her'),
      position: z.string().nullable(),
      scope: z.string().nullable(),
      limit_eur: z.number().nullable(),
      accepted_at: z.iso.datetime().nullable(),
    }),
  ),
})
const keptView = z.object({
  case: z.string(),
  organisation: z.string(),
  kind,
  representative: z.string().nullable(),
  state: z.enum(evidenceStates),
  media_type: z.string(),
  size: z.int().describe('bytes'),
  digest: z.string(),
  since: z.iso.datetime(),
  until: z.iso
    .datetime()
    .nullable()
    .describe('when it is removed, as it stands now; null as long as its case is open'),
})
const challengeView = z.object({
  domain: z.string(),
  name: z.string().describe('where the TXT record goes'),
  value: z.string().describe('what it says'),
})

/** What a case is accepted on, and who may represent its organisation. */
export function evidenceOperations(deps: EvidenceOperationsDeps): AnyOperation[] {
  return [...itemOperations(deps), ...representativeOperations(deps), ...domainOperations(deps)]
}

const shownBy = (evidence: Evidence) => async (caseId: string) => {
  const [{ items, representatives }, missing] = await Promise.all([
    evidence.of(caseId),
    evidence.missing(caseId),
  ])
  return { items: items.map(showItem), missing, representatives: representatives.map(showRepresentative) }
}

function itemOperations({
  caseFiles,
  evidence,
  decisions,
  asking,
  handingIn,
  kept,
}: EvidenceOperationsDeps): AnyOperation[] {
  const shown = shownBy(evidence)
  return [
    operation({
      name: 'registrations.evidence.list',
      summary: 'The checklist of a case: what is required, what is there, and who may represent it',
      method: 'GET',
      path: '/registrations/:id/evidence',
      input: z.strictObject({ id }),
      output: evidenceView,
      allow,
      positional: ['id'],
      run: async (input) => {
        await caseFiles.require(input.id)
        return shown(input.id)
      },
    }),
    operation({
      name: 'registrations.evidence.kept',
      summary: 'All files of all cases that are kept here, newest first, and until when',
      method: 'GET',
      path: '/registrations/evidence',
      input: z.strictObject(pageInput),
      output: pageOf(keptView),
      allow,
      run: async (page) => {
        const { items, next } = await kept.list(page)
        return { items: items.map(showKept), next }
      },
    }),
    operation({
      name: 'registrations.evidence.upload',
      summary: 'Put a file in the case: PDF, PNG or JPEG, at most 10 MB; it takes the place of one before',
      method: 'POST',
      path: '/registrations/:id/evidence/:kind/file',
      input: z.strictObject({ ...item, name: text(200).optional().describe('what the file is called') }),
      output: evidenceView,
      status: 201,
      allow,
      upload: true,
      positional: ['id', 'kind'],
      run: async ({ representative, name, ...of }, context) => {
        const about = { kind: of.kind, representativeId: representative ?? null }
        const content = requireUpload(context)
        await evidence.receive(requireUser(context.caller), of.id, about, { content, name })
        return shown(of.id)
      },
    }),
    operation({
      name: 'registrations.evidence.download',
      summary: 'The file of an item, to save; that you looked is recorded',
      method: 'GET',
      path: '/registrations/:id/evidence/:kind/file',
      input: z.strictObject(item),
      output: downloadSchema,
      allow,
      download: true,
      positional: ['id', 'kind'],
      run: async ({ representative, ...of }, { caller }) => {
        const about = { kind: of.kind, representativeId: representative ?? null }
        const { file, content } = await evidence.open(requireUser(caller), of.id, about)
        const ending = { 'application/pdf': 'pdf', 'image/png': 'png', 'image/jpeg': 'jpg' } as const
        const extension = ending[file.mediaType as keyof typeof ending] ?? 'bin'
        return { fileName: `${of.kind}.${extension}`, mediaType: file.mediaType, size: file.size, content }
      },
    }),
    operation({
      name: 'registrations.evidence.check',
      summary: 'Say that an item is right, and how that was established',
      method: 'POST',
      path: '/registrations/:id/evidence/:kind/check',
      input: z.strictObject({ ...item, how: text(500) }),
      output: evidenceView,
      allow,
      positional: ['id', 'kind'],
      run: async ({ representative, how, ...of }, { caller }) => {
        const about = { kind: of.kind, representativeId: representative ?? null }
        await evidence.check(requireUser(caller), of.id, about, how)
        await decisions.carryOn(requireUser(caller), of.id)
        return shown(of.id)
      },
    }),
    operation({
      name: 'registrations.evidence.refuse',
      summary: 'Say that an item is not right, and why',
      method: 'POST',
      path: '/registrations/:id/evidence/:kind/refuse',
      input: z.strictObject({ ...item, reason: text(500) }),
      output: evidenceView,
      allow,
      positional: ['id', 'kind'],
      run: async ({ representative, reason, ...of }, { caller }) => {
        const about = { kind: of.kind, representativeId: representative ?? null }
        await evidence.refuse(requireUser(caller), of.id, about, reason)
        return shown(of.id)
      },
    }),
    operation({
      name: 'registrations.evidence.hand-in',
      summary: 'Hand in a file for the own case, as the node of its organisation signed',
      method: 'POST',
      path: '/registrations/evidence',
      input: z.strictObject({ submission: z.string().min(1).max(4_096) }),
      output: handedInAnswer,
      status: 201,
      upload: true,
      allow: { anyone: 'the submission proves itself by its signature' },
      run: ({ submission }, context) => handingIn.bySignature(submission, requireUpload(context)),
    }),
    operation({
      name: 'registrations.ask',
      summary: 'Ask the contact person for more; she is written to',
      method: 'POST',
      path: '/registrations/:id/ask',
      input: z.strictObject({ id, kinds: z.array(kind).min(1).max(6), text: text(2_000) }),
      output: evidenceView,
      allow,
      positional: ['id'],
      run: async ({ id: caseId, ...question }, { caller }) => {
        await asking.ask(requireUser(caller), caseId, question)
        return shown(caseId)
      },
    }),
  ]
}

function representativeOperations({
  evidence,
  representatives,
  decisions,
}: EvidenceOperationsDeps): AnyOperation[] {
  const shown = shownBy(evidence)
  return [
    operation({
      name: 'registrations.representatives.add',
      summary: 'List a representative as the certified extract does, with the limits of her authority',
      method: 'POST',
      path: '/registrations/:id/representatives',
      input: listedSchema.extend({ id }),
      output: evidenceView,
      status: 201,
      allow,
      positional: ['id'],
      run: async ({ id: caseId, ...listed }, { caller }) => {
        await representatives.list(requireUser(caller), caseId, listed)
        await decisions.carryOn(requireUser(caller), caseId)
        return shown(caseId)
      },
    }),
    operation({
      name: 'registrations.representatives.remove',
      summary: 'Take a representative off the list who was listed by mistake',
      method: 'POST',
      path: '/registrations/:id/representatives/:representative/remove',
      input: z.strictObject({ id, representative: z.uuid() }),
      output: evidenceView,
      allow,
      positional: ['id', 'representative'],
      run: async (input, { caller }) => {
        await representatives.unlist(requireUser(caller), input.id, input.representative)
        return shown(input.id)
      },
    }),
  ]
}

function domainOperations({ domains, evidence }: EvidenceOperationsDeps): AnyOperation[] {
  const shown = shownBy(evidence)
  return [
    operation({
      name: 'registrations.domain.ask',
      summary: 'What the organisation has to publish to show that a domain is its own',
      method: 'POST',
      path: '/registrations/:id/domain',
      input: z.strictObject({ id, domain: text(253) }),
      output: challengeView,
      allow,
      positional: ['id', 'domain'],
      run: (input, { caller }) => domains.challenge(requireUser(caller), input.id, input.domain),
    }),
    operation({
      name: 'registrations.domain.check',
      summary: 'Look whether the domain is its own: by its did:web, or the TXT record we asked for',
      method: 'POST',
      path: '/registrations/:id/domain/check',
      input: z.strictObject({ id }),
      output: evidenceView,
      allow,
      positional: ['id'],
      run: async (input, { caller }) => {
        await domains.check(requireUser(caller), input.id)
        return shown(input.id)
      },
    }),
  ]
}

const showItem = ({ kind, representativeId, required, state, row, said }: ShownItem) => ({
  ...{ kind, representative: representativeId, required, state },
  file_name: said.file_name ?? null,
  digest: row?.digest ?? null,
  how: said.how ?? null,
  reason: said.reason ?? null,
  at: isoTimeOrNull(row?.at ?? null),
})

const showKept = ({ caseId, organisation, kind, representativeId, state, ...file }: KeptFile) => ({
  ...{ case: caseId, organisation, kind, representative: representativeId, state },
  ...{ media_type: file.mediaType, size: file.size, digest: file.digest },
  ...{ since: isoTime(file.since), until: isoTimeOrNull(file.until) },
})

const showRepresentative = ({ row, said, source, representationType }: Representative) => ({
  ...{ id: row.id, did: row.did, name: said.name, representation_type: representationType },
  accepted_as: said.accepted_as ?? null,
  listed: source === 'extract',
  position: said.position ?? null,
  scope: said.scope ?? null,
  limit_eur: said.limit_eur ?? null,
  accepted_at: row.acceptedAt === null ? null : isoTime(row.acceptedAt),
})
