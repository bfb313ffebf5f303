// Loads an agent from a file in Veramo's configuration format and asks it two things; run as a program of its own, in the
// folder the file's paths are relative to.
// usage: node veramo-load.mjs <agent.yml> [agentCreator.js of @veramo/cli]
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'yaml'

const [file, loader] = process.argv.slice(2)
const config = parse(readFileSync(file, 'utf8'), { prettyErrors: true })
if (config.version !== 3) throw new Error('Veramo reads version 3 of its format')

const agent = loader ? await byVeramo(loader) : await byTheBook(config.agent)
const identifiers = await agent.didManagerFind()
const ours = identifiers.find(({ provider }) => provider !== 'did:jwk')
const { didDocument } = await agent.resolveDid({ didUrl: ours.did })
console.log(JSON.stringify({ dids: identifiers.map(({ did }) => did), resolved: didDocument?.id ?? null }))
process.exit(0)

async function byVeramo(path) {
  const { createAgentFromConfig } = await import(pathToFileURL(resolve(path)))
  return createAgentFromConfig(config)
}

/**
 * What the format says of one `$require` (https://veramo.io/docs/veramo_agent/configuration_internals): a module from
 * the working directory, after `#` its member, `t=function` calls that with `$args`.
 */
async function byTheBook({ $require, $args }) {
  const { pathname, search, hash } = new URL($require, pathToFileURL(`${process.cwd()}/`))
  const member = (await import(pathToFileURL(pathname)))[hash.slice(1)]
  if (new URLSearchParams(search).get('t') !== 'function') throw new Error('only functions are read here')
  return member(...$args)
}
