/** What runs the nodes: src/host, where this process is a host. */
export interface Runtime {
  /**
   * Makes the node's database, its organisation and administrator; again where it was broken off half-way.
   * @returns the one-use code with which its administrator takes her account and key over
   */
  provision(id: string): Promise<string>
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
}

/** What the road of registration asks where a partner chooses a node that is hosted for it. */
export interface HostingPort {
  /** @throws Refusal `hosting_slug_invalid`, `hosting_slug_reserved`, `hosting_slug_taken`, `hosting_full` */
  create(
    by: import('../core/index.ts').Caller | 'system',
    hosted: NewHosted,
  ): Promise<{
    readonly id: string
    readonly slug: string
    readonly url: string
    readonly activation: string
  }>
}
