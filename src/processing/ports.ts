import type { Did } from '../core/index.ts'
import type { Tx } from '../store/index.ts'

/** Kinds of data that an import brings of a person. */
export const dataKinds = [
  'name',
  'company',
  'email',
  'phone',
  'address',
  'website',
  'bank_account',
  'vat_number',
  'kvk_number',
  'dealings',
] as const
export type DataKind = (typeof dataKinds)[number]

/** A file that an import read. */
export interface SourceFile {
  readonly name: string
  readonly format: 'xaf' | 'csv' | 'vcf'
}

/** A person whom an import brought. */
export interface ImportedPerson {
  /** The row of our list of partners that names her. */
  readonly partnerId: string
  readonly name: string
  readonly email?: string
  /** The company she is contact person of; null where she is the partner herself. */
  readonly company: string | null
  readonly kinds: readonly DataKind[]
  readonly sources: readonly SourceFile[]
}

/** One thing that is done with data under a grant, or is asked for. */
export interface GrantUse {
  /** `given`: others read ours · `held`: we read theirs · `asked`: we asked and wait · `asked_of_us`: they did. */
  readonly side: 'given' | 'held' | 'asked' | 'asked_of_us'
  readonly purpose: readonly string[]
  readonly legalBasis: string
  readonly claims: readonly { readonly vct: string; readonly path: readonly (string | number)[] }[]
  readonly partner: { readonly did: Did; readonly name: string }
  /** ISO 8601 duration that was said when it was asked for. */
  readonly retention: string | null
  /** Milliseconds since the epoch. */
  readonly changedAt: number
}

/** What one question of the organisation's catalogue is for. */
export interface CataloguePurpose {
  readonly purpose: string
  readonly legalBasis: string
  /** ISO 8601 duration that the question says. */
  readonly retention: string | null
  /** Names of claims, such as `company-profile.email`. */
  readonly claims: readonly string[]
}

/** What the record of processing is made of; the rooms that keep it answer. */
export interface RecordSources {
  grants(): Promise<readonly GrantUse[]>
  /** Who reads under grants that we gave, and who reads for us, now. */
  intermediaries(): Promise<
    readonly {
      readonly side: 'given' | 'held'
      readonly purpose: readonly string[]
      readonly partner: { readonly did: Did; readonly name: string }
    }[]
  >
  catalogue(): Promise<readonly CataloguePurpose[]>
  people(): Promise<{ readonly count: number; readonly changedAt: number | null }>
  /** ISO codes of the countries of these partners, where we know them. */
  countries(dids: readonly Did[]): Promise<ReadonlyMap<Did, string>>
}

/** A look of another party at data of ours that was let through. */
export interface AccessLook {
  readonly id: string
  readonly at: number
  readonly subjectParty: string
  readonly asker: string
  readonly grantId: string | null
  readonly claims: readonly { readonly vct: string; readonly path: readonly (string | number)[] }[]
}

/** The log of who looked here; access/ keeps it. Oldest first, from `from` up to and including `until`, ms. */
export type AccessLog = (filter: {
  readonly from: number
  readonly until: number
  readonly askers: readonly Did[]
  readonly grants: readonly string[]
}) => AsyncIterable<AccessLook>

/** Who of ours a breach may have gone through; parties/ knows them. */
export interface OwnActors {
  /** The party of an account or of a system's id. @throws Refusal `actor_unknown` */
  require(reference: string): Promise<string>
  /** The id of a token by its text, in use or not. @throws Refusal `token_unknown` */
  tokenId(token: string): Promise<string>
}

/** Tells the company's own systems, in the transaction of the change. */
export type Announce = (
  tx: Tx,
  events: readonly {
    readonly type: ProcessingEvent
    readonly subject: string
    readonly data: Readonly<Record<string, string | number>>
  }[],
) => Promise<void>

export type ProcessingEvent =
  | 'nl.regie.source_notice.made'
  | 'nl.regie.source_notice.due'
  | 'nl.regie.source_notice.overdue'
  | 'nl.regie.breach.opened'
  | 'nl.regie.breach.deadline_near'
  | 'nl.regie.breach.overdue'
