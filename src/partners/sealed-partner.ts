import type { Vault } from '../vault/index.ts'
import {
  type PartnerBooks,
  type PartnerContent,
  type PartnerDetails,
  searchName,
  type Taken,
} from './partner.ts'
import type { PartnerRow } from './partner-table.ts'

export interface SealedPartnerDeps {
  readonly vault: Vault
  /** Whose key seals what we know of partners: our organisation's party id. */
  readonly scope: () => Promise<string>
}

/** The same scope, asked for once: a node is the home of one organisation, and an import seals a lot. */
export function askedOnce(scope: SealedPartnerDeps['scope']): SealedPartnerDeps['scope'] {
  let known: string | undefined
  return async () => {
    known ??= await scope()
    return known
  }
}

/** What is sealed of a partner. */
interface Sealed {
  readonly details: PartnerDetails
  readonly books: PartnerBooks
  readonly taken?: Taken
}

const place = (id: string) => `partner:${id}:sealed`

type ContentColumns = Pick<
  PartnerRow,
  'kind' | 'name' | 'searchName' | 'kvk' | 'vat' | 'roles' | 'activity' | 'sealed'
>

/** The columns that hold a partner's content. */
export async function sealContent(
  { vault, scope }: SealedPartnerDeps,
  id: string,
  content: PartnerContent,
): Promise<ContentColumns> {
  const { kind, kvk, vat, roles, books } = content
  const isPerson = kind === 'person'
  const details = isPerson ? { ...content.details, name: content.name } : content.details
  const { taken } = content
  const sealed: Sealed = { details, books, ...(taken && { taken }) }
  return {
    kind,
    name: isPerson ? null : content.name,
    searchName: isPerson ? null : searchName(content.name),
    kvk: kvk ?? null,
    vat: vat ?? null,
    roles,
    activity: books.activity,
    sealed: await vault.seal(await scope(), place(id), JSON.stringify(sealed)),
  }
}

export async function openContent({ vault }: SealedPartnerDeps, row: PartnerRow): Promise<PartnerContent> {
  const opened: Sealed = JSON.parse(await vault.openText(place(row.id), row.sealed))
  const { name, ...details } = opened.details
  return {
    kind: row.kind,
    name: row.name ?? name ?? '',
    ...(row.kvk === null ? {} : { kvk: row.kvk }),
    ...(row.vat === null ? {} : { vat: row.vat }),
    roles: row.roles,
    books: opened.books,
    details,
    ...(opened.taken && { taken: opened.taken }),
  }
}
