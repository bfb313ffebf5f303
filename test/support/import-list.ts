import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './build.ts'
import type { TestNode } from './nodes.ts'

/** The name of a file below the repository, or a list of the test's own. */
export type ListFile = string | { readonly name: string; readonly text: string }

interface Applied {
  readonly new: number
  readonly to_inform: { readonly count: number; readonly due_at: string } | null
}

/** Reads files into a new import, as the node's administrator. @returns its id */
export async function openImport(node: TestNode, files: readonly ListFile[]): Promise<string> {
  const { name } = node.config
  const { body } = await node.call<{ id: string }>(name, 'POST', '/partners/imports')
  for (const file of files) {
    const path = typeof file === 'string' ? join(packageRoot, file) : null
    const label = encodeURIComponent(typeof file === 'string' ? (file.split('/').at(-1) ?? file) : file.name)
    const sent = await fetch(`${node.url}/api/v1/partners/imports/${body.id}/files?name=${label}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${node.token(name)}`, 'content-type': 'application/octet-stream' },
      body: path === null ? (file as { text: string }).text : readFileSync(path),
    })
    if (!sent.ok) throw new Error(`${label} was refused: ${await sent.text()}`)
  }
  return body.id
}

/** Imports files as the node's administrator would: all companies, and the persons of which the names are given. */
export async function importFiles(node: TestNode, files: readonly ListFile[]): Promise<Applied> {
  const { name } = node.config
  const id = await openImport(node, files)
  const preview = await node.call<{ rows: { key: string; kind: string }[] }>(
    name,
    'GET',
    `/partners/imports/${id}?limit=10000`,
  )
  const pick = preview.body.rows.flatMap(({ key, kind }) => (kind === 'collective_account' ? [] : [key]))
  const applied = await node.call<Applied>(name, 'POST', `/partners/imports/${id}/apply`, { pick })
  if (applied.status !== 200) throw new Error(`the import was refused: ${JSON.stringify(applied.body)}`)
  return applied.body
}
