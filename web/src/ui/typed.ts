import { useCallback, useState } from 'react'

/**
 * What somebody typed, kept in this tab until it was sent: a page that is read anew does not lose it. It ends when she
 * signs out. Not for what is secret.
 * @param name says of what it is
 */
export function useTyped<T extends object>(
  name: string,
  empty: T,
): readonly [T, (more: Partial<T>) => void, () => void] {
  const key = `typed ${name}`
  const [typed, setTyped] = useState<T>(() => ({ ...empty, ...kept(key) }))
  const set = useCallback(
    (more: Partial<T>) =>
      setTyped((before) => {
        const after = { ...before, ...more }
        sessionStorage.setItem(key, JSON.stringify(after))
        return after
      }),
    [key],
  )
  const forget = useCallback(() => sessionStorage.removeItem(key), [key])
  return [typed, set, forget]
}

function kept(key: string): object {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}')
  } catch {
    return {}
  }
}
