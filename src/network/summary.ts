import { relative } from 'node:path'
import { nodesOf, type Plan } from './plan.ts'

/** What the terminal shows when the network is ready. */
export function summary(plan: Plan, chainUrl: string, seconds: number): string {
  const rows = nodesOf(plan).map(({ settings: { file, url } }) => ({
    name: file.name,
    url,
    about: file.organisation.name,
  }))
  const width = Math.max(...rows.map(({ name }) => name.length), 'chain'.length)
  const urlWidth = Math.max(...rows.map(({ url }) => url.length), chainUrl.length)
  const lines = [
    ...rows,
    { name: 'chain', url: chainUrl, about: 'local EVM with the ERC-1056 registry' },
  ].map(({ name, url, about }) => `  ${name.padEnd(width)}  ${url.padEnd(urlWidth)}  ${about}`)
  const fromHere = relative(process.cwd(), plan.dataRoot)
  const data = fromHere.startsWith('..') ? plan.dataRoot : fromHere || '.'
  return [
    `A trust network runs on this machine (ready in ${seconds.toFixed(1)} s):`,
    '',
    ...lines,
    '',
    `API documentation: ${rows.map(({ url }) => `${url}/api/docs`).join('  ')}`,
    `Data, keys and logs: ${data}/<name>/`,
    '',
    'In another terminal:',
    '  export PATH="$PWD/bin:$PATH"',
    '  regie --help',
    `  regie --as ${plan.company.settings.file.administrator.account} sessions link   (signs you in with a browser)`,
    '',
    'Ctrl-C stops everything; starting again continues.',
  ].join('\n')
}
