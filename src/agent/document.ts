import type { DIDDocument, VerificationMethod } from 'did-resolver'
import { type Did, isRefusal, Refusal } from '../core/index.ts'
import { type PublicJwk, parsePublicJwk } from '../jose/index.ts'
import { decodeBase58 } from './base58.ts'
import { type DocumentJwk, jwkOfMultibase, jwkOfRaw } from './public-key.ts'

/** What a key may be used for; DID Core, sections 5.3.1 and 5.3.2. */
export type KeyPurpose = 'authentication' | 'assertionMethod'

export interface VerificationKey {
  /** The DID URL of the verification method, absolute: the `kid` of a signature. */
  readonly kid: string
  readonly jwk: PublicJwk
}

export interface DidService {
  readonly type: string
  readonly endpoint: string
}

/** A DID and the keys and services it has now; nothing else of its document, which its owner may fill at will. */
export interface ResolvedDid {
  readonly did: Did
  /** By `kid`. Keys of kinds we do not verify with are left out. */
  readonly keys: Readonly<Record<KeyPurpose, ReadonlyMap<string, PublicJwk>>>
  readonly services: readonly DidService[]
}

/** How many verification methods and services a document may list. */
const MAX_ENTRIES = 100

/**
 * Reads a DID document from an untrusted source.
 * A method counts only when it is the DID's own: its id belongs to the DID and the DID controls it.
 * @throws Refusal `did_document_invalid` when it is of another DID, names one id twice, or is too large
 */
export function readDocument(did: Did, document: DIDDocument): ResolvedDid {
  if (document.id !== did) throw invalid('the document is of another DID')
  const methods = listOf(document.verificationMethod).filter(isMethod)
  const byId = new Map<string, VerificationMethod>()
  for (const method of methods) addOnce(byId, absolute(did, method.id), method)
  return {
    did,
    keys: {
      authentication: keysFor(did, document.authentication, byId),
      assertionMethod: keysFor(did, document.assertionMethod, byId),
    },
    services: listOf(document.service).flatMap(asService),
  }
}

function keysFor(
  did: Did,
  entries: unknown,
  methods: ReadonlyMap<string, VerificationMethod>,
): Map<string, PublicJwk> {
  const keys = new Map<string, PublicJwk>()
  const embedded = new Map<string, VerificationMethod>()
  for (const entry of listOf(entries)) {
    const id = typeof entry === 'string' ? entry : isMethod(entry) ? entry.id : undefined
    if (id === undefined) continue
    const kid = absolute(did, id)
    if (typeof entry !== 'string') {
      if (methods.has(kid)) throw ambiguous()
      addOnce(embedded, kid, entry as VerificationMethod)
    }
    const method = typeof entry === 'string' ? methods.get(kid) : (entry as VerificationMethod)
    const jwk = method && kid.startsWith(`${did}#`) && method.controller === did ? jwkOfMethod(method) : null
    if (jwk) keys.set(kid, jwk)
  }
  return keys
}

/** The signing key of a verification method, whichever way it is written; null when it is not one we verify with. */
function jwkOfMethod(method: VerificationMethod): PublicJwk | null {
  const found: (DocumentJwk | null)[] = []
  const { publicKeyJwk, publicKeyMultibase, publicKeyHex, publicKeyBase58 } = method as unknown as Record<
    string,
    unknown
  >
  if (publicKeyJwk !== undefined) found.push(publicKeyJwk as DocumentJwk)
  if (typeof publicKeyMultibase === 'string') found.push(jwkOfMultibase(publicKeyMultibase))
  if (typeof publicKeyHex === 'string') found.push(rawKey(method.type, bytesOfHex(publicKeyHex)))
  if (typeof publicKeyBase58 === 'string') found.push(rawKey(method.type, decodeBase58(publicKeyBase58)))
  // Two keys under one id: which one counts is anybody's guess.
  if (found.length !== 1) return null
  try {
    return parsePublicJwk(found[0])
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

function rawKey(type: string, bytes: Uint8Array | null): DocumentJwk | null {
  if (!bytes) return null
  if (type === 'Ed25519VerificationKey2018') return jwkOfRaw('Ed25519', bytes)
  return type === 'EcdsaSecp256k1VerificationKey2019' ? jwkOfRaw('secp256k1', bytes) : null
}

const bytesOfHex = (hex: string): Uint8Array | null =>
  /^(?:[0-9a-f]{2}){32,65}$/i.test(hex) ? Buffer.from(hex, 'hex') : null

function asService(entry: unknown): DidService[] {
  if (typeof entry !== 'object' || entry === null) return []
  const { type, serviceEndpoint } = entry as Record<string, unknown>
  return typeof type === 'string' && typeof serviceEndpoint === 'string'
    ? [{ type, endpoint: serviceEndpoint }]
    : []
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return []
  if (value.length > MAX_ENTRIES) throw invalid('the document is too large')
  return value
}

const isMethod = (value: unknown): value is VerificationMethod =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as VerificationMethod).id === 'string' &&
  typeof (value as VerificationMethod).type === 'string'

const absolute = (did: Did, id: string): string => (id.startsWith('#') ? did + id : id)

function addOnce(methods: Map<string, VerificationMethod>, kid: string, method: VerificationMethod): void {
  if (methods.has(kid)) throw ambiguous()
  methods.set(kid, method)
}

const ambiguous = (): Refusal => invalid('the document names one verification method twice')

const invalid = (why: string): Refusal => new Refusal('unprocessable', 'did_document_invalid', why)
