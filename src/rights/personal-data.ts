/** The version of what {@link PersonalData} looks like; schemas/personal-data.schema.json describes it. */
export const PERSONAL_DATA = 'urn:regie:personal-data:1'

interface Named {
  readonly did: string | null
  readonly name: string | null
}

/** Who looked, as far as it is the subject's to know: her colleague's name and role, and for whom. */
interface Looker {
  readonly name: string | null
  readonly role: string | null
}

type Texts = { readonly nl: string; readonly en: string }

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value }

/** Everything a node holds of one person. Times are RFC 3339 in UTC. */
export interface PersonalData {
  readonly schema: typeof PERSONAL_DATA
  readonly made_at: string
  /** Who holds it. */
  readonly controller: Named
  readonly person: Named & {
    readonly email: string | null
    readonly job_title: string | null
    readonly account: string | null
    readonly roles: readonly string[]
  }
  readonly credentials: readonly {
    readonly type: string
    readonly issuer: Named
    readonly issued_at: string
    readonly expires_at: string | null
    readonly state: 'current' | 'superseded'
    readonly claims: Readonly<Record<string, Value>>
  }[]
  readonly grants: readonly {
    readonly id: string
    readonly recipient: Named
    readonly claims: readonly string[]
    readonly purposes: readonly string[]
    readonly legal_basis: string
    readonly from: string
    readonly until: string
    readonly revoked_at: string | null
  }[]
  readonly recipients: readonly {
    readonly recipient: Named
    readonly claims: readonly string[]
    readonly purposes: readonly string[]
    readonly looks: number
    readonly last_looked_at: string | null
  }[]
  readonly sources: readonly { readonly source: Named; readonly what: string; readonly since: string }[]
  readonly access_log: readonly {
    readonly at: string
    readonly recipient: Named
    readonly who: Looker | null
    readonly claims: readonly string[]
    readonly purposes: readonly string[]
    readonly outcome: string
    readonly codes: readonly string[]
  }[]
  readonly requests_for_data: readonly {
    readonly id: string
    readonly asked_at: string
    readonly recipient: Named
    readonly who: Looker | null
    readonly claims: readonly string[]
    readonly purposes: readonly string[]
    readonly reason: string
    readonly state: string
  }[]
  readonly notices: readonly {
    readonly at: string
    readonly recipient: Named
    readonly kind: string
    readonly claims: readonly string[]
    readonly state: string
  }[]
  /** What was written to her and by her, answers too. */
  readonly messages: readonly {
    readonly at: string
    readonly partner: Named
    readonly direction: 'sent' | 'received'
    readonly kind: string
    readonly subject: string
    readonly body: string
    readonly choice: string | null
    readonly state: string
  }[]
  /** What she asked of partners. */
  readonly asked: readonly {
    readonly id: string
    readonly asked_at: string
    readonly partner: Named
    readonly claims: readonly string[]
    readonly purposes: readonly string[]
    readonly legal_basis: string
    readonly reason: string | null
    readonly state: string
  }[]
  /** Credentials that issuers offered her, and what she decided. */
  readonly wallet_offers: readonly {
    readonly id: string
    readonly offered_at: string
    /** Its address, and what it calls itself: nobody checked that. */
    readonly issuer: { readonly url: string; readonly name: string | null }
    readonly what: readonly string[]
    readonly state: string
    readonly reason: string | null
    readonly decided_at: string | null
  }[]
  /** What she was shown of others. */
  readonly looks: readonly {
    readonly at: string
    readonly partner: Named
    /** Otherwise in our own list of relations. */
    readonly under_grant: boolean
    readonly claims: readonly string[]
  }[]
  /** Who was shown her name and her role, because she asked or looked. */
  readonly shown_to: readonly {
    readonly recipient: Named
    readonly times: number
    readonly last_at: string
  }[]
  /** What she approved beforehand, and her templates for answers. */
  readonly approvals: readonly {
    readonly kind: 'approval' | 'template'
    readonly name: string | null
    readonly partner: Named | null
    readonly partner_role: string | null
    readonly purpose: string | null
    readonly legal_basis: string | null
    /** Null: any of hers. */
    readonly claims: readonly string[] | null
    /** ISO 8601 duration. */
    readonly at_most: string | null
    readonly since: string
    readonly until: string | null
  }[]
  /** Versions of the TTP-policy that she signed. */
  readonly acceptances: readonly {
    readonly at: string
    readonly policy_version: number
    readonly digest: string
  }[]
  /** Attempts at courses; nobody else sees what she answered. */
  readonly training_attempts: readonly {
    readonly course: string
    readonly version: number
    readonly started_at: string
    readonly state: string
    readonly right: number | null
    readonly of: number
    readonly answers: readonly {
      readonly question: string
      readonly chosen: string | null
      readonly right: boolean
    }[]
  }[]
  /** Courses that she passed, and until when that counts. */
  readonly training_certificates: readonly {
    readonly course: string
    readonly version: number
    readonly passed_at: string
    readonly expires_at: string
  }[]
  /** Who reads under her grants on behalf of who holds them. */
  readonly intermediaries: readonly {
    readonly grant: string
    readonly to: Named
    readonly on_behalf_of: Named
    readonly claims: readonly string[]
    readonly purposes: readonly string[]
    readonly from: string
    readonly until: string
    readonly ended_at: string | null
  }[]
  /** What she did here, as the record of this node has it under her pseudonym: ids and codes. */
  readonly acts: readonly {
    readonly at: string
    readonly action: string
    readonly about: Readonly<Record<string, string | number | readonly string[]>>
  }[]
  /** What we do with her data by ourselves: AVG, article 15(1). Null where the organisation has not said it. */
  readonly processing: readonly {
    readonly activity: 'people' | 'relations'
    readonly purposes: readonly string[]
    readonly legal_basis: string | null
    readonly interest: Texts | null
    readonly retention: Texts | null
    readonly recipients: readonly Texts[]
    readonly transfers: Texts | null
  }[]
  readonly corrections: readonly {
    readonly at: string
    readonly proposer: Named
    readonly claim: string
    /** Null once it is decided: then it is destroyed. */
    readonly proposed: { readonly value: Value; readonly reason: string } | null
    readonly state: string
  }[]
  readonly cases: readonly {
    readonly opened_at: string
    readonly closed_at: string | null
    readonly partner: Named
    /** The code of the question, and what people call it. */
    readonly question: string
    readonly title: { readonly nl: string; readonly en: string } | null
    readonly about: string | null
    readonly state: string
  }[]
  readonly ratings: readonly {
    readonly at: string
    readonly grant: string
    readonly recipient: Named
    readonly came_true: string
    readonly note: string | null
  }[]
  readonly consent_records: readonly {
    readonly grant: string
    readonly record: Readonly<Record<string, unknown>>
  }[]
  readonly rights_requests: readonly {
    readonly id: string
    readonly kind: string
    readonly state: string
    readonly received_at: string
    readonly due_at: string
    readonly text: string | null
    readonly answer: string | null
  }[]
  readonly directory: readonly {
    readonly partner: string
    readonly name: string
    readonly email: string | null
    readonly phone: string | null
    readonly address: string | null
    readonly iban: string | null
    readonly known_since: string
  }[]
}
