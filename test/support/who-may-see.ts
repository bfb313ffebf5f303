/** Whose data, and which claim of it. */
export type Subject = 'partner' | 'bram'

export interface Look {
  /** Who looks, and her role; null when nobody is named. */
  readonly actor: { readonly name: string; readonly role: string } | null
  /** A grant, or a link by which somebody reads on its holder's behalf. */
  readonly by: string
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
  /** The grant that a link hangs from. */
  readonly grant?: string
}

/** Who may see what, in as few words as it can be said: what the nodes do is held against this. */
export class WhoMaySee {
  readonly #given = new Map<string, Given & { over: boolean }>()
  readonly #values = new Map<string, string>()

  says(claim: string, value: string): void {
    this.#values.set(claim, value)
  }

  gives(id: string, given: Given): void {
    this.#given.set(id, { ...given, over: false })
  }

  takesBack(subject: Subject, which: (id: string, given: Given) => boolean): void {
    for (const [id, given] of this.#given)
      if (given.subject === subject && which(id, given)) given.over = true
  }

  /** Cuts a link, and with it the intermediary: whatever else of the grant it was passed. @returns the grant */
  cuts(subject: Subject, link: string): string | undefined {
    const grant = this.#given.get(link)?.grant
    this.takesBack(subject, (_id, given) => grant !== undefined && given.grant === grant)
    return grant
  }

  /** Whether a grant or a link, and what it hangs from, still opens anything. */
  isOpen(id: string, now: number): boolean {
    const given = this.#given.get(id)
    if (!given || given.over || now >= given.until) return false
    return given.grant === undefined || this.isOpen(given.grant, now)
  }

  /** What is seen, or null when nothing is. */
  sees({ actor, by, subject, claims, purpose, now }: Look): string[] | null {
    const given = this.#given.get(by)
    if (!given || !actor || !this.isOpen(by, now)) return null
    const isNamed = given.person ? given.person === actor.name : given.roles.includes(actor.role)
    const isCovered = claims.length > 0 && claims.every((claim) => given.claims.includes(claim))
    if (!isNamed || !isCovered || given.subject !== subject || given.purpose !== purpose) return null
    return claims.map((claim) => this.#values.get(claim) ?? '')
  }
}
