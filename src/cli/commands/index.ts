import type { HandWritten } from '../command.ts'
import { authorityCommand, certificateCommand, revokeCommand } from './certificates.ts'
import { partnersImportCommand } from './partners-import.ts'
import { registryVerifyCommand } from './registry-verify.ts'
import { startCommand } from './start.ts'
import { walletExportCommand, walletImportCommand } from './wallet-file.ts'

/** The commands that are more than one call of one operation. */
export const handWritten: readonly HandWritten[] = [
  startCommand,
  partnersImportCommand,
  authorityCommand,
  certificateCommand,
  revokeCommand,
  registryVerifyCommand,
  walletExportCommand,
  walletImportCommand,
]
