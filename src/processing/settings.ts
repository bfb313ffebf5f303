import { z } from 'zod'
import type { Audit } from '../audit/index.ts'
import { type Blotter, type Caller, type Clock, Refusal, requireVersion } from '../core/index.ts'
import { change, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { processingSettingsTable } from './processing-tables.ts'

const line = z.string().trim().min(1).max(300)
const text = z.string().trim().min(1).max(2_000)
/** A text in the languages that persons are written to. */
const texts = z.strictObject({ nl: text, en: text })
const code = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/)
const contact = z.strictObject({ name: line.optional(), email: z.email().optional(), phone: line.optional() })

/** What the organisation says of its processing, since the node cannot know it. */
export const settingsShape = {
  privacy_contact: contact.describe('whom persons and the supervisor write to about their data'),
  data_protection_officer: z
    .union([z.literal('none'), contact])
    .describe('the officer of AVG article 37, or none where there need not be one'),
  role: z
    .enum(['controller', 'joint_controller', 'processor'])
    .describe('what the organisation is where it decides what data are used for'),
  joint_controllers: z
    .array(z.strictObject({ name: line, contact: line.optional() }))
    .max(20)
    .describe('with whom it decides; on whose behalf it works where it is a processor'),
  representative: line.describe('in the EU, of an organisation outside it'),
  relation_purposes: z
    .array(code)
    .min(1)
    .max(10)
    .describe('codes of the vocabulary: what imported relations are kept for'),
  relation_basis: code.describe('code of the legal basis for keeping imported relations'),
  relation_interest: texts.describe('which legitimate interest, where that is the basis'),
  relation_retention: texts.describe('how long relations are kept, or what decides it'),
  relation_recipients: texts.describe('who gets data of relations beside the network of this node'),
  people_basis: code.describe('code of the legal basis for the accounts of your own people'),
  people_retention: texts.describe('how long accounts of your own people are kept'),
  transfers: texts.describe('which data go outside the EEA, and what protects them there'),
  measures: z.array(texts).max(50).describe('measures beside those that the program takes'),
  breach_hours: z
    .int()
    .min(1)
    .max(720)
    .describe('hours to decide about a breach and report it; 72 unless told'),
} as const

export const settingsInput = z.strictObject(settingsShape).partial()
/** What is kept may have members of an earlier version. */
const keptShape = z.object(settingsShape).partial()
export type ProcessingSettings = z.output<typeof settingsInput>

export interface SettingsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  /** Whose key seals it: our organisation's party id. */
  readonly scope: () => Promise<string>
  /** @throws Refusal `unknown_purpose`, `unknown_legal_basis` */
  readonly requireTerms: (purposes: readonly string[], bases: readonly string[]) => void
}

export interface KeptSettings {
  readonly settings: ProcessingSettings
  /** 0 before anything was said. */
  readonly version: number
  readonly updatedAt: number | null
}

const ID = 'settings'
const PLACE = 'processing_settings:sealed'

/** What the organisation says of its processing of personal data. */
export class Settings {
  readonly #deps: SettingsDeps

  constructor(deps: SettingsDeps) {
    this.#deps = deps
  }

  async get(): Promise<KeptSettings> {
    const { store, vault } = this.#deps
    const row = await store.current().findOneBy(processingSettingsTable, { id: ID })
    if (!row) return { settings: {}, version: 0, updatedAt: null }
    const settings = keptShape.parse(JSON.parse(await vault.openText(PLACE, row.sealed)))
    return { settings, version: row.version, updatedAt: row.updatedAt }
  }

  /**
   * Says it anew, member by member; what is not given stays.
   * @param seen the version the caller looked at, where it says so
   * @throws Refusal `unknown_purpose`, `unknown_legal_basis`, `settings_changed` when another was first,
   *   `changed_meanwhile`
   */
  async set(caller: Caller, given: ProcessingSettings, seen?: number): Promise<KeptSettings> {
    const { store, vault, clock, audit, requireTerms } = this.#deps
    const { relation_purposes = [], relation_basis, people_basis } = given
    requireTerms(
      relation_purposes,
      [relation_basis, people_basis].filter((one) => one !== undefined),
    )
    const before = await this.get()
    requireVersion(seen, before.version)
    const settings = { ...before.settings, ...given }
    const kept = { settings, version: before.version + 1, updatedAt: clock.now() }
    const sealed = await vault.seal(await this.#deps.scope(), PLACE, JSON.stringify(settings))
    const { version, updatedAt } = kept
    await store.transact(async (tx) => {
      if (before.version === 0) {
        if (await tx.existsBy(processingSettingsTable, { id: ID })) throw changedMeanwhile()
        await tx.insert(processingSettingsTable, { id: ID, sealed, version, updatedAt })
      } else {
        const where = { id: ID, version: before.version }
        const changed = await change(tx, processingSettingsTable, where, { sealed, version, updatedAt })
        if (changed === 0) throw changedMeanwhile()
      }
      await audit.record(tx, caller, 'processing.settings_changed', { members: Object.keys(given).sort() })
    })
    return kept
  }

  /** Somebody had herself erased: where she is whom to write to, nobody is, until somebody else is named. */
  async forget(tx: Tx, by: Caller, somebody: Blotter): Promise<void> {
    const { vault, clock, audit, scope } = this.#deps
    const before = await this.get()
    const settings = withoutHer(before.settings, somebody)
    const members = Object.keys(before.settings) as (keyof ProcessingSettings)[]
    const changed = members.filter((member) => somebody.mentions(before.settings[member]))
    if (changed.length === 0) return
    const sealed = await vault.seal(await scope(), PLACE, JSON.stringify(settings))
    const where = { id: ID, version: before.version }
    const set = { sealed, version: before.version + 1, updatedAt: clock.now() }
    if ((await change(tx, processingSettingsTable, where, set)) === 0) throw changedMeanwhile()
    await audit.record(tx, by, 'processing.settings_changed', { members: changed.sort() })
  }
}

/** Whom to write to goes whole where it is her; in a text only her words do. */
function withoutHer(settings: ProcessingSettings, somebody: Blotter): ProcessingSettings {
  const { joint_controllers: joint } = settings
  const members = {
    ...settings,
    ...(joint &&
      somebody.mentions(joint) && { joint_controllers: joint.filter((one) => !somebody.mentions(one)) }),
  }
  const left = Object.entries(members).filter(
    ([name, value]) => !contacts.includes(name) || !somebody.mentions(value),
  )
  return somebody.without(Object.fromEntries(left) as ProcessingSettings)
}

const contacts = ['privacy_contact', 'data_protection_officer', 'representative']

const changedMeanwhile = () =>
  new Refusal('conflict', 'settings_changed', 'somebody else changed these settings: look at them again')
