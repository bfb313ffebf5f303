import { Autocomplete } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useList } from '../api/hooks'
import { hasRole, useWho } from '../who'
import { useWords, words } from '../words/words'

const texts = words({
  nl: {
    partner: 'Partner',
    help: 'Naam of KVK-nummer van een bedrijf in het netwerk',
    help_all: 'Naam of KVK-nummer',
  },
  en: {
    partner: 'Partner',
    help: 'Name or KVK number of a company in the network',
    help_all: 'Name or KVK number',
  },
})

/** A partner by name or number, with the names that begin so. */
export function PartnerInput({
  label,
  value,
  of: { names, whom },
  onChange,
}: {
  /** What the partner is to what is done; `Partner` where it says nothing. */
  readonly label?: string
  readonly value: string
  readonly of: ReturnType<typeof usePartners>
  readonly onChange: (typed: string) => void
}) {
  const say = useWords(texts)
  return (
    <Autocomplete
      label={label ?? say('partner')}
      description={say(whom === 'network' ? 'help' : 'help_all')}
      value={value}
      data={names}
      filter={({ options }) => options}
      maxLength={300}
      required
      w="100%"
      maw={480}
      onChange={onChange}
    />
  )
}

/** Partners by what was typed; who may not see the list types a name or number herself. */
export function usePartners(typed: string, whom: 'network' | 'all' = 'network') {
  const who = useWho()
  const maySee = hasRole(who, 'account_manager', 'coordinator', 'administrator')
  const [q] = useDebouncedValue(typed.trim(), 200)
  const list = useList(
    'partners.list',
    { q, limit: 20, ...(whom === 'network' && { in_network: true }) },
    maySee && q.length > 1,
  )
  const found = (q.length > 1 && list.items) || []
  const names = [...new Set(found.map(({ name }) => name))]
  const same = found.filter(({ name }) => name === typed.trim())
  // Of two by one name the node says that it has to be told apart.
  const [only] = same.length === 1 ? same : []
  return { names, whom, reference: only?.did ?? (whom === 'all' ? only?.id : null) ?? typed.trim() }
}
