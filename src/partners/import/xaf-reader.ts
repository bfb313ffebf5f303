import { Refusal } from '../../core/index.ts'
import type { Evidence } from './activity.ts'
import { type Day, dayOf } from './day.ts'
import { type Content, decodeXml } from './decode.ts'
import { centsOf, Ledger, tooManyRelations } from './ledger.ts'
import { limits } from './limits.ts'
import { Packed } from './packed.ts'
import type { RawFields, RawRelation } from './relation.ts'
import { xafShape } from './xaf-shape.ts'
import { versionOfNamespace, type XafVersion } from './xaf-version.ts'
import { readRecords, type Texts } from './xml-records.ts'

/** Something about the file that a reader should know; `params.count` says how often. */
export interface ImportWarning {
  readonly code: /** The namespace is written by exporters but defined by no schema. */
    | 'xaf_namespace_unofficial'
    /** The file lists no relations. */
    | 'xaf_no_relations'
    /** Journals without a type are left out of the activity. */
    | 'xaf_journal_type_missing'
    /** No journal of sales or purchases: activity cannot be told. */
    | 'xaf_no_sales_or_purchases'
    /** Bookings dated after the period of the file do not count. */
    | 'xaf_booking_after_period'
    /** Bookings without a readable date do not count. */
    | 'xaf_booking_undated'
    | 'xaf_amount_unreadable'
    /** Lines or totals differ from what the file says of itself. */
    | 'xaf_totals_differ'
    /** Bookings name relations that the file does not list. */
    | 'xaf_relation_not_listed'
  readonly params?: Readonly<Record<string, number>>
}

/** What an import takes from an audit file; the bookings themselves are not kept. */
export interface XafFile {
  readonly version: XafVersion
  /** Tells administrations apart: their number in the package, KVK number or name; empty when there is none. */
  readonly administration: string
  /** In the order of the file; made as they are asked for, as often as they are. */
  readonly relations: Iterable<RawRelation>
  /** Per `custSupID`, also of relations that are not listed. */
  readonly evidence: ReadonlyMap<string, Evidence>
  /** Latest booking in the file; undefined when it tells nothing about activity. */
  readonly latestBooking?: Day
  readonly counts: {
    readonly lines: number
    /** In cents. */
    readonly debit: number
    readonly credit: number
    readonly transactions: Readonly<Record<string, number>>
  }
  readonly warnings: readonly ImportWarning[]
}

/**
 * Reads relations and the evidence of their activity from an XML audit file (XAF 3.1, 3.2, 3.2.1, 4.0), streaming.
 * @throws Refusal `xaf_broken`, `xaf_doctype`, `xaf_not_an_audit_file`, `xaf_namespace_unknown`,
 * `xaf_encoding_unsupported`, `xaf_encoding_broken`, `xaf_too_deep`, `xaf_text_too_long`, `xaf_too_many_relations`
 */
export async function readXaf(content: Content): Promise<XafFile> {
  const audit = new AuditFile()
  await readRecords(decodeXml(content), xafShape, {
    root: (local, namespace) => audit.root(local, namespace),
    open: (path, parent) => audit.open(path, parent),
    close: (path, texts, line) => audit.close(path, texts, line),
  })
  return audit.result()
}

const COMPANY = 'company'
const RELATION = 'company/customersSuppliers/customerSupplier'
const TRANSACTIONS = 'company/transactions'
const TRANSACTION = 'company/transactions/journal/transaction'

class AuditFile {
  #version: { version: XafVersion; official: boolean } = { version: '3.2', official: true }
  #ledger = new Ledger(undefined)
  #journal: string | undefined
  #transaction: Texts = {}
  #addresses: Texts[] = []
  #accounts: Texts[] = []
  #administration = ''
  #declared: Texts = {}
  // Whose bookings make somebody a customer or a supplier comes after the relations: they wait, packed.
  readonly #found = new Packed<Pick<RawRelation, 'fields' | 'moreIbans' | 'taxCountry' | 'line'>>()

  root(local: string, namespace: string): void {
    if (local !== 'auditfile')
      throw new Refusal('unprocessable', 'xaf_not_an_audit_file', 'this XML file is not an audit file')
    this.#version = versionOfNamespace(namespace)
  }

  open(path: string, parent: Texts): void {
    if (path === RELATION) {
      this.#addresses = []
      this.#accounts = []
    } else if (path === TRANSACTION) this.#journal = parent.jrnTp
    else if (path === `${TRANSACTION}/trLine`) this.#transaction = parent
  }

  close(path: string, texts: Texts, line: number): void {
    switch (path) {
      case 'header':
        this.#ledger = new Ledger(dayOf(texts.endDate))
        break
      case COMPANY:
        this.#administration = texts.companyIdent ?? texts.Commercenr ?? texts.companyName ?? ''
        break
      case `${RELATION}/streetAddress`:
      case `${RELATION}/postalAddress`:
        if (this.#addresses.length < limits.perRelation) this.#addresses.push(texts)
        break
      case `${RELATION}/bankAccount`:
        if (this.#accounts.length < limits.perRelation) this.#accounts.push(texts)
        break
      case RELATION:
        this.#addRelation(texts, line)
        break
      case `${TRANSACTION}/trLine`:
        this.#ledger.addLine(
          { custSupID: texts.custSupID, effDate: texts.effDate, amnt: texts.amnt, amntTp: texts.amntTp },
          this.#transaction.trDt,
        )
        break
      case TRANSACTION:
        this.#ledger.closeTransaction(this.#journal)
        break
      case TRANSACTIONS:
        this.#declared = texts
        break
    }
  }

  #addRelation(texts: Texts, line: number): void {
    if (this.#found.length >= limits.relations) throw tooManyRelations()
    const [place = {}] = this.#addresses
    const [account, ...others] = this.#accounts
    const number = [place.number, place.numberExtension].filter((part) => part?.trim()).join('')
    const fields = {
      sourceId: texts.custSupID,
      name: texts.custSupName,
      contact: texts.contact,
      phone: texts.telephone,
      email: texts.eMail,
      website: texts.website,
      kvk: texts.commerceNr,
      vat: texts.taxRegIdent,
      type: texts.custSupTp,
      street: [place.streetname, number].filter((part) => part?.trim()).join(' '),
      postcode: place.postalCode,
      city: place.city,
      country: place.country,
      iban: account?.bankAccNr,
    }
    const moreIbans = others.flatMap((other) => other.bankAccNr ?? [])
    const taxCountry = texts.taxRegistrationCountry
    this.#found.push({
      fields: filled(fields),
      moreIbans,
      line,
      ...(taxCountry !== undefined && { taxCountry }),
    })
  }

  result(): XafFile {
    const ledger = this.#ledger
    const { lines, debit, credit } = ledger.counts
    const evidence = ledger.evidence()
    return {
      version: this.#version.version,
      administration: this.#administration.trim(),
      relations: relationsOf(this.#found, ledger),
      evidence,
      ...(ledger.tellsActivity && ledger.latest !== undefined ? { latestBooking: ledger.latest } : {}),
      counts: { lines, debit, credit, transactions: ledger.transactions },
      warnings: this.#warnings(evidence),
    }
  }

  #warnings(evidence: ReadonlyMap<string, Evidence>): readonly ImportWarning[] {
    const { counts, transactions, tellsActivity } = this.#ledger
    const unlisted = new Set(evidence.keys())
    for (const { fields } of this.#found) unlisted.delete(fields.sourceId?.trim() ?? '')
    const differs =
      differsFrom(this.#declared.linesCount, counts.lines, Number) ||
      differsFrom(this.#declared.totalDebit, counts.debit, centsOf) ||
      differsFrom(this.#declared.totalCredit, counts.credit, centsOf)
    const found: [ImportWarning['code'], number][] = [
      ['xaf_namespace_unofficial', this.#version.official ? 0 : 1],
      ['xaf_no_relations', this.#found.length === 0 ? 1 : 0],
      ['xaf_journal_type_missing', transactions[''] ?? 0],
      ['xaf_no_sales_or_purchases', tellsActivity ? 0 : 1],
      ['xaf_booking_after_period', counts.afterPeriod],
      ['xaf_booking_undated', counts.undated],
      ['xaf_amount_unreadable', counts.unreadableAmounts],
      ['xaf_totals_differ', differs ? 1 : 0],
      ['xaf_relation_not_listed', unlisted.size],
    ]
    return found.filter(([, count]) => count > 0).map(([code, count]) => ({ code, params: { count } }))
  }
}

/** The relations with what their bookings make them. */
const relationsOf = (
  found: Iterable<Omit<RawRelation, 'source' | 'roles'>>,
  ledger: Ledger,
): Iterable<RawRelation> => ({
  *[Symbol.iterator]() {
    for (const one of found)
      yield { ...one, source: 'xaf', roles: ledger.rolesOf(one.fields.sourceId?.trim() ?? '') }
  },
})

const filled = (fields: { readonly [field in keyof RawFields]: string | undefined }): RawFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value?.trim()))

/** True when the file says a number and it is another one. */
function differsFrom(
  said: string | undefined,
  found: number,
  read: (text: string) => number | undefined,
): boolean {
  const value = said === undefined ? undefined : read(said)
  return value !== undefined && value !== found
}
