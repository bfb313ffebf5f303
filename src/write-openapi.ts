import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApiDocument } from './http/index.ts'
import { type OperationsDeps, operationsOf } from './node/index.ts'
import {
  heldOperations,
  issuingOperations,
  movingOperations,
  offerOperations,
  openWalletOperations,
} from './oid4vci/index.ts'

/**
 * Writes the API document next to the compiled code, for the command line: it is made of the operations of every kind
 * of node, without running one.
 */
function unwired<T extends object>(): T {
  const refuse = () => {
    throw new Error('an operation was used while it was only being described')
  }
  return new Proxy(refuse, { get: () => unwired() }) as unknown as T
}

const deps: OperationsDeps = {
  parties: unwired(),
  consentKeys: unwired(),
  signIn: unwired(),
  jobs: unwired(),
  access: unwired(),
  agreements: unwired(),
  contracts: unwired(),
  tradeSecrets: unwired(),
  messages: unwired(),
  sharing: unwired(),
  standing: unwired(),
  chains: unwired(),
  notices: unwired(),
  cases: unwired(),
  corrections: unwired(),
  receipts: unwired(),
  partners: unwired(),
  processing: unwired(),
  quality: unwired(),
  reciprocity: unwired(),
  records: unwired(),
  rights: unwired(),
  billing: unwired(),
  learning: unwired(),
  ownDid: unwired(),
  presentations: unwired(),
  presenting: unwired(),
  trust: unwired(),
  verification: unwired(),
  invitations: unwired(),
  applicant: unwired(),
  askedPolicy: unwired(),
  offers: [
    ...offerOperations(unwired()),
    ...issuingOperations(unwired()),
    ...openWalletOperations(unwired()),
    ...heldOperations(unwired()),
    ...movingOperations(unwired()),
  ],
  hosting: unwired(),
  leaving: unwired(),
  backups: unwired(),
  audit: unwired(),
  webhooks: unwired(),
  mail: unwired(),
  anchor: unwired(),
}

const document = openApiDocument(operationsOf(deps), { title: 'Regie', version: '0.1.0' })
writeFileSync(join(import.meta.dirname, 'openapi.json'), JSON.stringify(document))
