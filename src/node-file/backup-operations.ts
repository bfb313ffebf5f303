import { z } from 'zod'
import { type AnyOperation, type Caller, type Download, downloadSchema, operation } from '../core/index.ts'
import { derivationSchema, readFileKey } from '../wallet-file/index.ts'
import type { NodeFileKey } from './sealed-stream.ts'

export interface BackupOperationsDeps {
  /** @throws Refusal `backup_at_the_machine`, `backup_running` */
  readonly backup: (by: Caller, key: NodeFileKey) => Promise<Download>
}

/** The whole node as a file, while it goes on. */
export function backupOperations({ backup }: BackupOperationsDeps): AnyOperation[] {
  return [
    operation({
      name: 'backups.create',
      summary: 'The whole node as one encrypted file, to make it anew from when its machine is lost',
      method: 'POST',
      path: '/backups',
      // Whoever has the file and its passphrase has the node's keys.
      proof: true,
      secret: true,
      download: true,
      input: z.strictObject({
        key: z.string().max(64).describe('of the file: 32 bytes, base64url'),
        kdf: derivationSchema.describe('how that was made of a passphrase'),
      }),
      output: downloadSchema,
      allow: { users: ['administrator'] },
      run: ({ key, kdf }, { caller }) => backup(caller, { key: readFileKey(key), derivation: kdf }),
    }),
  ]
}
