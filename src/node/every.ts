const PAGE = 200

/** All pages of a list, oldest last. */
export async function every<T extends { readonly id: string }>(
  list: (page: { cursor?: string; limit: number }) => Promise<readonly T[]>,
): Promise<T[]> {
  const all: T[] = []
  for (;;) {
    const last = all.at(-1)
    const page = await list({ limit: PAGE, ...(last && { cursor: last.id }) })
    all.push(...page)
    if (page.length < PAGE) return all
  }
}
