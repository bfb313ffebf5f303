import type { HandWritten } from '../command.ts'
import { authorityCommand, certificateCommand, revokeCommand } from './certificates.ts'
import { importNodeCommand, leaveCommand } from './moving-out.ts'
import { partnersImportCommand } from './partners-import.ts'
import { startCommand } from './start.ts'
import { walletExportCommand, walletImportCommand } from './wallet-file.ts'

/** The commands that are more than one call of one operation. */
export const handWritten: readonly HandWritten[] = [
  startCommand,
  partnersImportCommand,
  authorityCommand,
  certificateCommand,
  revokeCommand,
  walletExportCommand,
  walletImportCommand,
  leaveCommand,
  importNodeCommand,
]
