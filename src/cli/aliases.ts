export interface Alias {
  /** The operation it stands for. */
  readonly operation: string
  /** Members taken by place here, where the operation itself takes them by name. */
  readonly positional?: readonly string[]
}

/** Short names for what is done every day: the word after `regie`. */
export const aliases: Readonly<Record<string, Alias>> = {
  register: { operation: 'registrations.apply' },
  read: { operation: 'access.read' },
  present: { operation: 'presentations.create' },
  verify: { operation: 'verifications.create', positional: ['presentation'] },
  log: { operation: 'access.log' },
  unlock: { operation: 'consent.unlock' },
  lock: { operation: 'consent.lock' },
}
