import { Checkbox, Paper, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { call } from '../../api/call'
import { Empty, Loaded, More } from '../../ui/page'
import { importWords, isImportWord } from '../../words/imports'
import { isPartnerWord, partnerWords } from '../../words/partners'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    pick: 'Kies {name}',
    kvk: 'KVK {number}',
    changes: 'Wijzigt: {fields}',
    twin: 'Lijkt op: {names}',
    nothing: 'Niets.',
    collective: 'verzamelrekening: geen partner',
  },
  en: {
    pick: 'Choose {name}',
    kvk: 'KVK {number}',
    changes: 'Changes: {fields}',
    twin: 'Looks like: {names}',
    nothing: 'Nothing.',
    collective: 'collective account: no partner',
  },
})

/** Relations of an import to which importing does one and the same. */
export function ImportRows({
  id,
  show,
  picked,
  onPick,
}: {
  readonly id: string
  readonly show: 'new' | 'changed' | 'same' | 'none'
  /** Keys of those that are ticked; null where none are to be. */
  readonly picked: ReadonlySet<string> | null
  readonly onPick: (key: string) => void
}) {
  const say = useWords(texts)
  const sayPartner = useWords(partnerWords)
  const sayImport = useWords(importWords)
  const list = useInfiniteQuery({
    queryKey: ['partners.imports.preview', 'pages', id, show],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call(
        'partners.imports.preview',
        { id, show, limit: 100, ...(pageParam !== undefined && { cursor: pageParam }) },
        { signal },
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const word = (code: string) =>
    isPartnerWord(code) ? sayPartner(code) : isImportWord(code) ? sayImport(code) : code
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <Loaded of={list}>
      {rows.length === 0 && <Empty>{say('nothing')}</Empty>}
      <ul className="rows">
        {rows.map(({ key, name, kind, kvk, roles, activity, changes, duplicates, notices }) => (
          <Paper key={key} component="li" withBorder p="sm" radius="md" className="row">
            {picked && kind !== 'collective_account' && (
              <Checkbox
                className="no-print"
                aria-label={say('pick', { name })}
                checked={picked.has(key)}
                onChange={() => onPick(key)}
              />
            )}
            <Stack gap={0} flex="1 1 12rem" miw={0}>
              <Text fw={600} className="breakable">
                {name}
              </Text>
              <Text size="sm" c="dimmed">
                {[
                  ...(kind === 'collective_account' ? [say('collective')] : roles.map(word)),
                  ...(kvk === null ? [] : [say('kvk', { number: kvk })]),
                  ...(activity.state === 'unknown' ? [] : [word(activity.state)]),
                ].join(' · ')}
              </Text>
              {changes.length > 0 && (
                <Text size="sm">
                  {say('changes', { fields: changes.map(word).join(', ').toLowerCase() })}
                </Text>
              )}
              {duplicates.length > 0 && (
                <Text size="sm">{say('twin', { names: duplicates.map((one) => one.name).join(', ') })}</Text>
              )}
              {notices.map((code) => (
                <Text key={code} size="sm" c="dimmed">
                  {word(code)}
                </Text>
              ))}
            </Stack>
          </Paper>
        ))}
      </ul>
      <More list={list} />
    </Loaded>
  )
}
