import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { call, type Output } from './api/call'
import { isProblem } from './api/problem'

export type Who = Output<'whoami'>

/** Who is signed in; null where nobody is. */
export const whoQuery = queryOptions({
  queryKey: ['who'],
  staleTime: 60_000,
  queryFn: async (): Promise<Who | null> => {
    try {
      return await call('whoami', {})
    } catch (error) {
      if (isProblem(error) && error.status === 401) return null
      throw error
    }
  },
})

/** Below the frame of the console somebody is signed in. */
export function useWho(): Who {
  const { data } = useSuspenseQuery(whoQuery)
  return data ?? NOBODY
}

const NOBODY: Who = { account: '', name: '', did: '', roles: [], organisation: { name: '', did: '' } }

export const hasRole = ({ roles }: Who, ...wanted: readonly string[]): boolean =>
  wanted.some((role) => roles.includes(role))
