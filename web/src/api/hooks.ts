import { type QueryKey, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { call, hrefOf, type Input, type OperationName, type Output } from './call'

/**
 * What an operation gives, kept until something changes it.
 * @param every after how many milliseconds it is read anew while the page is looked at; false where that is over
 */
export const useRead = <N extends OperationName>(
  name: N,
  input: Input<N>,
  enabled = true,
  every: (known: Output<N> | undefined) => number | false = () => false,
) =>
  useQuery<Output<N>>({
    queryKey: [name, input],
    queryFn: ({ signal }) => call(name, input, { signal }),
    enabled,
    refetchInterval: ({ state }) => (state.error ? false : every(state.data)),
  })

/** Operations that give a list page by page. */
export type ListName = {
  [N in OperationName]: Output<N> extends { items: readonly unknown[]; next: string | null } ? N : never
}[OperationName]
export type Item<N extends ListName> = Output<N> extends { items: readonly (infer T)[] } ? T : never

/** A list, page after page as it is asked for. */
export function useList<N extends ListName>(name: N, input: Input<N>, enabled = true) {
  const query = useInfiniteQuery({
    queryKey: [name, 'pages', input],
    enabled,
    // Holding each page against what it was before takes longer the more of them there are.
    structuralSharing: false,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call(name, { ...input, ...(pageParam !== undefined && { cursor: pageParam }) }, { signal }),
    getNextPageParam: (page) => (page as { next: string | null }).next ?? undefined,
  })
  const { data } = query
  const items = useMemo(
    () => data?.pages.flatMap((page) => (page as unknown as { items: readonly Item<N>[] }).items),
    [data],
  )
  return { ...query, items }
}

/**
 * Changes something; what was read of `touches` is read anew.
 * @param touches names of operations, or the beginnings of them such as `access.`
 */
export function useChange<N extends OperationName>(name: N, touches: readonly string[]) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: Input<N> & { ifMatch?: number }) => {
      const { ifMatch, ...rest } = input
      return call(name, rest as Input<N>, { ...(ifMatch !== undefined && { ifMatch }) })
    },
    onSuccess: () =>
      client.invalidateQueries({
        predicate: ({ queryKey }: { queryKey: QueryKey }) =>
          touches.some((prefix) => String(queryKey[0]).startsWith(prefix)),
      }),
  })
}

export type Job = Output<'jobs.get'>

/** Long work and how far it is: it goes on when the page is read anew. @param id null where nothing was begun */
export function useJob(id: string | null): Job | null {
  const client = useQueryClient()
  const { data } = useRead('jobs.get', { id: id ?? '' }, id !== null)
  const isOver = data !== undefined && data.ended_at !== null
  useEffect(() => {
    if (id === null || isOver) return
    const source = new EventSource(hrefOf('jobs.watch', { id }))
    source.onmessage = ({ data }) => client.setQueryData(['jobs.get', { id }], JSON.parse(data))
    // What is refused is not tried again by itself: asking once more says why.
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED)
        void client.invalidateQueries({ queryKey: ['jobs.get', { id }] })
    }
    return () => source.close()
  }, [client, id, isOver])
  return data ?? null
}
