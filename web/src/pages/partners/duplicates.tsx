import { Button, Group, Paper, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { type Item, useChange, useList } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Empty, Failure, Loaded, More, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Dubbelen',
    lead: 'Partners die waarschijnlijk dezelfde zijn. U beslist; niets gaat vanzelf samen.',
    none: 'Er zijn geen partners die op elkaar lijken.',
    all: 'Naar alle partners',
    same: 'Zelfde: {what}',
    kvk: 'KVK-nummer',
    vat: 'btw-nummer',
    iban: 'IBAN',
    name_postcode: 'naam en postcode',
    and: 'en',
    merge: 'Samenvoegen',
    different: 'Niet dezelfde',
    said_different: 'Onthouden: {one} en {other} zijn twee partners.',
    merge_title: '{one} en {other} samenvoegen?',
    merge_text:
      'Wat er van de ander bekend is vult aan wat ontbreekt; latere lijsten vinden beide. Dit kan niet ongedaan worden gemaakt.',
    stays: 'Welke naam en gegevens gaan voor?',
    merged: '{name} is er nu één keer.',
  },
  en: {
    title: 'Duplicates',
    lead: 'Partners that are probably the same. You decide; nothing is merged by itself.',
    none: 'No partners look alike.',
    all: 'To all partners',
    same: 'Same: {what}',
    kvk: 'KVK number',
    vat: 'VAT number',
    iban: 'IBAN',
    name_postcode: 'name and postal code',
    and: 'and',
    merge: 'Merge',
    different: 'Not the same',
    said_different: 'Remembered: {one} and {other} are two partners.',
    merge_title: 'Merge {one} and {other}?',
    merge_text:
      'What is known of the other fills what is missing; later lists find both. It cannot be taken back.',
    stays: 'Whose name and data come first?',
    merged: '{name} is there once now.',
  },
})

type Pair = Item<'partners.duplicates'>

/** Partners that may be one, to be decided by who knows them. */
export default function Duplicates() {
  const say = useWords(texts)
  const tell = useTell()
  const decides = hasRole(useWho(), 'coordinator', 'administrator')
  const list = useList('partners.duplicates', { limit: 50 })
  const different = useChange('partners.different', ['partners.'])
  const [merging, setMerging] = useState<Pair | null>(null)
  return (
    <Page title={say('title')} lead={say('lead')}>
      {different.error && <Failure error={different.error} />}
      <Loaded of={list}>
        {list.items?.length === 0 && (
          <Empty action={<TextLink to="/partners">{say('all')}</TextLink>}>{say('none')}</Empty>
        )}
        <Stack gap="sm">
          {list.items?.map((pair) => {
            const [one, other] = pair.partners
            if (!one || !other) return null
            const names = { one: one.name, other: other.name }
            return (
              <Paper key={`${one.id} ${other.id}`} withBorder p="md" radius="md">
                <Group justify="space-between" align="flex-start" wrap="wrap">
                  <Stack gap={4} flex="1 1 16rem">
                    <Text className="breakable">
                      <TextLink to="/partners/$id" params={{ id: one.id }}>
                        {one.name}
                      </TextLink>{' '}
                      {say('and')}{' '}
                      <TextLink to="/partners/$id" params={{ id: other.id }}>
                        {other.name}
                      </TextLink>
                    </Text>
                    <Text size="sm" c="dimmed">
                      {say('same', { what: pair.on.map((what) => say(what)).join(', ') })}
                    </Text>
                  </Stack>
                  {decides && (
                    <Group gap="xs" className="no-print">
                      <Button
                        variant="default"
                        aria-label={`${say('merge')}: ${one.name}`}
                        onClick={() => setMerging(pair)}
                      >
                        {say('merge')}
                      </Button>
                      <Button
                        variant="subtle"
                        aria-label={`${say('different')}: ${one.name}`}
                        loading={different.isPending && different.variables?.one === one.id}
                        onClick={() =>
                          different.mutate(
                            { one: one.id, other: other.id },
                            { onSuccess: () => tell({ text: say('said_different', names) }) },
                          )
                        }
                      >
                        {say('different')}
                      </Button>
                    </Group>
                  )}
                </Group>
              </Paper>
            )
          })}
        </Stack>
        <More list={list} />
      </Loaded>
      {merging && <Merge pair={merging} onClose={() => setMerging(null)} />}
    </Page>
  )
}

function Merge({ pair, onClose }: { readonly pair: Pair; readonly onClose: () => void }) {
  const say = useWords(texts)
  const tell = useTell()
  const merge = useChange('partners.merge', ['partners.', 'invitations.'])
  const [one, other] = pair.partners
  const [stays, choose] = useState(one?.id ?? '')
  const goes = pair.partners.find(({ id }) => id !== stays)?.id ?? ''
  return (
    <Confirm
      title={say('merge_title', { one: one?.name ?? '', other: other?.name ?? '' })}
      text={say('merge_text')}
      sure={say('merge')}
      error={merge.error}
      busy={merge.isPending}
      onClose={onClose}
      onSure={() =>
        merge.mutate(
          { stays, goes },
          {
            onSuccess: ({ name }) => {
              onClose()
              tell({ text: say('merged', { name }) })
            },
          },
        )
      }
    >
      <Radio.Group label={say('stays')} value={stays} onChange={choose}>
        <Stack gap="xs" mt="xs">
          {pair.partners.map(({ id, name }) => (
            <Radio key={id} value={id} label={name} />
          ))}
        </Stack>
      </Radio.Group>
    </Confirm>
  )
}
