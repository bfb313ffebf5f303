/** Whose data, and which claim of it. */
export type Subject = 'partner' | 'bram'

export interface Look {
  /** Who looks, and her role; null when nobody is named. */
  readonly actor: { readonly name: string; readonly role: string } | null
  readonly grant: string
  readonly subject: Subject
  readonly claims: readonly string[]
  readonly purpose: string
  readonly now: number
}

export interface Given {
  readonly subject: Subject
  readonly claims: readonly string[]
  readonly purpose: string
  /** Roles that may look, or the one person that may. */
  readonly roles: readonly string[]
  readonly person: string | null
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** Who may see what, in as few words as it can be said: what the nodes do is held against this. */
export class WhoMaySee {
  readonly #grants = new Map<string, Given & { over: boolean }>()
  readonly #values = new Map<string, string>()

  says(claim: string, value: string): void {
    this.#values.set(claim, value)
  }

  gives(id: string, given: Given): void {
    this.#grants.set(id, { ...given, over: false })
  }

  takesBack(subject: Subject, which: (id: string, given: Given) => boolean): void {
    for (const [id, grant] of this.#grants)
      if (grant.subject === subject && which(id, grant)) grant.over = true
  }

  /** What is seen, or null when nothing is. */
  sees({ actor, grant, subject, claims, purpose, now }: Look): string[] | null {
    const given = this.#grants.get(grant)
    if (!given || !actor || given.over || now >= given.until) return null
    const isNamed = given.person ? given.person === actor.name : given.roles.includes(actor.role)
    const isCovered = claims.length > 0 && claims.every((claim) => given.claims.includes(claim))
    if (!isNamed || !isCovered || given.subject !== subject || given.purpose !== purpose) return null
    return claims.map((claim) => this.#values.get(claim) ?? '')
  }
}
