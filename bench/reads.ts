import { Pool } from 'undici'
import { type LoadResult, quantile } from './load.ts'
import { cpuSecondsOf } from './processes.ts'
import type { Reading } from './story.ts'

/** An employee's programs, over connections that stay open. */
export interface Reader {
  /** One read, which must be answered with the value. */
  read(): Promise<void>
  close(): Promise<void>
}

export function openReader({ url, token, body }: Reading): Reader {
  const pool = new Pool(url, { connections: 64 })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return {
    read: async () => {
      const response = await pool.request({ method: 'POST', path: '/api/v1/access/reads', headers, body })
      const text = await response.body.text()
      if (response.statusCode !== 200) throw new Error(`a read was answered ${response.statusCode}: ${text}`)
      if (!text.includes('"company-profile.email","value":"')) throw new Error('a read brought no value')
    },
    close: () => pool.close(),
  }
}

/** A load, and the CPU milliseconds per call that each process spent on it. */
export interface CostedLoad extends LoadResult {
  readonly cpuMs: { readonly company: number; readonly partner: number; readonly generator: number }
}

export async function costed(
  pids: { readonly company: number; readonly partner: number },
  load: () => Promise<LoadResult>,
): Promise<CostedLoad> {
  const spent = () => ({
    company: cpuSecondsOf(pids.company),
    partner: cpuSecondsOf(pids.partner),
    generator: cpuSecondsOf(process.pid),
  })
  const before = spent()
  const result = await load()
  const after = spent()
  const per = (name: keyof typeof before) => ((after[name] - before[name]) * 1000) / result.count
  return {
    ...result,
    cpuMs: { company: per('company'), partner: per('partner'), generator: per('generator') },
  }
}

export const describeCost = ({ cpuMs }: CostedLoad): string => {
  const { company, partner, generator } = cpuMs
  return `CPU ms per read: company ${company.toFixed(2)}, partner ${partner.toFixed(2)}, generator ${generator.toFixed(2)}`
}

export const describeLatency = (result: LoadResult): string =>
  `p50 ${quantile(result, 0.5).toFixed(0)} ms, p99 ${quantile(result, 0.99).toFixed(0)} ms`
