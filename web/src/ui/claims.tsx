import { List } from '@mantine/core'
import { useNames } from '../words/names'

/** Names of claims as people read them; never their values. */
export function Claims({ of }: { readonly of: readonly string[] }) {
  const { claim } = useNames()
  return (
    <List size="sm" spacing={2} className="claims">
      {of.map((reference) => {
        const { what, of: type } = claim(reference)
        return (
          <List.Item key={reference}>
            {what} <span className="dimmed">({type})</span>
          </List.Item>
        )
      })}
    </List>
  )
}
