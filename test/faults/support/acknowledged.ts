/** What clients were told that it was done: it must be there whatever happened next. */
export class Acknowledged {
  /** Digests of our requests that the partner said it would keep. */
  readonly requests = new Set<string>()
  /** Grants that were given, by whom. */
  readonly grants = new Map<string, Subject>()
  readonly revoked = new Set<string>()
  /** Whose revocation was asked for, whatever came of it. */
  readonly revoking = new Set<string>()
  /** Number of the newest profile. */
  profile = 0
  /** Requests the partner itself made. */
  readonly sent = new Set<string>()

  get total(): number {
    return this.requests.size + this.grants.size + this.revoked.size + this.profile + this.sent.size
  }

  get figures(): string {
    const { requests, grants, revoked, profile, sent } = this
    return `${requests.size} requests taken, ${grants.size} grants given, ${revoked.size} revoked, ${profile} profiles issued, ${sent.size} requests made`
  }
}

/** Whose data: the account that decides about it. */
export type Subject = 'partner' | 'bram'

export const claimOf = {
  partner: 'company-profile.email',
  bram: 'contact-person.email',
} as const satisfies Record<Subject, string>
