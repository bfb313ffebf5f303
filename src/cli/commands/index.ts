import type { HandWritten } from '../command.ts'
import { authorityCommand, certificateCommand, revokeCommand } from './certificates.ts'
import { learningTakeCommand } from './learning-take.ts'
import { backupCommand, importNodeCommand, leaveCommand } from './moving-out.ts'
import { partnersImportCommand } from './partners-import.ts'
import { registryVerifyCommand } from './registry-verify.ts'
import { startCommand } from './start.ts'
import { walletExportCommand, walletImportCommand } from './wallet-file.ts'

/** The commands that are more than one call of one operation. */
export const handWritten: readonly HandWritten[] = [
  startCommand,
  partnersImportCommand,
  learningTakeCommand,
  authorityCommand,
  certificateCommand,
  revokeCommand,
  registryVerifyCommand,
  walletExportCommand,
  walletImportCommand,
  leaveCommand,
  backupCommand,
  importNodeCommand,
]
