/** What the command line reads and writes; given in, so that it runs in a test as it does in a shell. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  readonly stdin: AsyncIterable<Uint8Array>
  /** Asks on the terminal without showing what is typed; absent where nobody sits. Null when she gives up. */
  readonly askHidden?: (question: string) => Promise<string | null>
  /** Asks on the terminal for something everybody may read; absent where nobody sits. Null when she gives up. */
  readonly ask?: (question: string) => Promise<string | null>
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** Exit codes: 0 done, 1 refused or failed, 2 wrong use. */
export type ExitCode = 0 | 1 | 2
