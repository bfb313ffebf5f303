/** What runs the nodes: src/host, where this process is a host. */
export interface Runtime {
  /**
   * Makes the node's database, its organisation and administrator; again where it was broken off half-way.
   * @returns the one-use code with which its administrator takes her account and key over
   */
  provision(id: string): Promise<string>
  /**
   * A new one-use code for its administrator, who did not take her account over yet; those before open nothing.
   * @throws Refusal `hosting_welcomed`
   */
  welcome(id: string): Promise<string>
  /** Ends it in this process, once what it answers now is answered; nobody is let in meanwhile. */
  close(id: string): Promise<void>
  /** Closed, and its file written. */
  writeFile(id: string): void
  /** Its database, and all else there is of it on disk, is gone. */
  destroy(id: string): Promise<void>
}

export interface NewHosted {
  /** The name below the host's; made of the organisation's unless given. */
  readonly slug?: string | undefined
  readonly organisation: { readonly name: string; readonly kvkNumber?: string | undefined }
  readonly administrator: {
    readonly account: string
    readonly givenName: string
    readonly familyName: string
    readonly email?: string | undefined
    readonly representation?: 'SOLE' | 'JOINT' | undefined
  }
  /** The code of the invitation its organisation applies with. */
  readonly invitation?: string | undefined
}

/** A node that was made. */
export interface MadeHosted {
  readonly id: string
  readonly slug: string
  readonly url: string
}

/** What the road of registration asks where a partner chooses a node that is hosted for it. */
export interface HostingPort {
  /**
   * Makes the node of this reference, under a free name made of the organisation's. Again for the same one: that node,
   * also where its making was broken off.
   * @throws Refusal `hosting_full`, `hosting_elsewhere`
   */
  createFor(reference: string, hosted: Omit<NewHosted, 'slug'>): Promise<MadeHosted>
  /**
   * A new one-use code for the administrator of an active node; those before open nothing.
   * @throws Refusal `hosting_unknown`, `hosting_not_now`, `hosting_welcomed`, `hosting_elsewhere`
   */
  welcome(id: string): Promise<MadeHosted & { readonly account: string; readonly code: string }>
}
