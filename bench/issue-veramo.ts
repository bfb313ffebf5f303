import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAgent } from '@veramo/core'
import type {
  ICredentialPlugin,
  IDataStore,
  IDIDManager,
  IKeyManager,
  IResolver,
  VerifiableCredential,
} from '@veramo/core-types'
import { CredentialPlugin } from '@veramo/credential-w3c'
import {
  Credential,
  DataStore,
  DIDStore,
  Entities,
  KeyStore,
  migrations,
  PrivateKeyStore,
} from '@veramo/data-store'
import { DIDManager } from '@veramo/did-manager'
import { getDidKeyResolver, KeyDIDProvider } from '@veramo/did-provider-key'
import { DIDResolverPlugin } from '@veramo/did-resolver'
import { KeyManager } from '@veramo/key-manager'
import { KeyManagementSystem, SecretBox } from '@veramo/kms-local'
import { Resolver } from 'did-resolver'
import { DataSource } from 'typeorm'
import { atATime } from './at-a-time.ts'
import { takeTurns } from './turns.ts'
import { JwtCredentialProvider } from './veramo-jwt.ts'

/** Veramo as its documentation sets it up: did:key with Ed25519, its local key management, its store on SQLite. */
const dir = mkdtempSync(join(tmpdir(), 'veramo-bench-'))
const database = await new DataSource({
  type: 'sqlite',
  database: join(dir, 'veramo.sqlite'),
  entities: Entities,
  migrations,
  migrationsRun: true,
  synchronize: false,
  logging: false,
}).initialize()
const secret = new SecretBox(await SecretBox.createSecretKey())
const agent = createAgent<IKeyManager & IDIDManager & IResolver & ICredentialPlugin & IDataStore>({
  plugins: [
    new KeyManager({
      store: new KeyStore(database),
      kms: { local: new KeyManagementSystem(new PrivateKeyStore(database, secret)) },
    }),
    new DIDManager({
      store: new DIDStore(database),
      defaultProvider: 'did:key',
      providers: { 'did:key': new KeyDIDProvider({ defaultKms: 'local' }) },
    }),
    new DIDResolverPlugin({ resolver: new Resolver(getDidKeyResolver()) }),
    new CredentialPlugin([new JwtCredentialProvider()]),
    new DataStore(database),
  ],
})
const { did } = await agent.didManagerCreate()
const example = new URL('../credentials/employee-role/example.json', import.meta.url)
const claims = JSON.parse(readFileSync(example, 'utf8'))

const create = () =>
  agent.createVerifiableCredential({
    credential: {
      // Two that are the same would be one row.
      id: `urn:uuid:${randomUUID()}`,
      issuer: { id: did },
      credentialSubject: { id: did, ...claims },
    },
    proofFormat: 'jwt',
  })
/** Saves that run at once share one connection's transactions, and most rows are lost: they go one after the other. */
let saving: Promise<unknown> = Promise.resolve()
const save = (verifiableCredential: VerifiableCredential) => {
  saving = saving.then(() => agent.dataStoreSaveVerifiableCredential({ verifiableCredential }))
  return saving
}
let issued = 0

takeTurns(
  async (times) => {
    await atATime(16, times, async () => save(await create()))
    issued += times
    if ((await database.getRepository(Credential).count()) !== issued)
      throw new Error('not every credential was kept')
  },
  async () => {
    await database.destroy()
    rmSync(dir, { recursive: true })
  },
)
