import { Button, Group, NativeSelect, Paper, Stack, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Input, Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useNames } from '../../words/names'
import { isPartnerWord, partnerWords } from '../../words/partners'
import { sharingWords } from '../../words/sharing'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Cijfers over groepen klanten',
    lead: 'Zo ziet een klant hoe hij er ten opzichte van anderen voor staat, zonder dat iemand een ander herkent. Elk cijfer verschijnt één keer.',
    rules: 'Een groep telt minstens {least} klanten, en geen klant is meer dan {share}% ervan.',
    stricter: 'Strenger maken',
    stricter_text: 'Strenger kan altijd; losser nooit meer.',
    least: 'Minste aantal klanten in een groep',
    share: 'Grootste deel van één klant (%)',
    saved: 'De regels zijn strenger.',
    publish: 'Cijfers bekendmaken',
    claim: 'Waarover',
    period: 'Periode die voorbij is',
    period_hint: 'Zoals 2026, 2026-Q3 of 2026-10',
    grouping: 'Per',
    sure: 'Bekendmaken',
    sure_title: 'Deze cijfers bekendmaken?',
    sure_text: 'Ze verschijnen één keer en kunnen daarna niet anders worden.',
    published: 'De cijfers zijn bekendgemaakt.',
    none: 'Er zijn nog geen cijfers bekendgemaakt.',
    caption: '{claim}, {period}, per {grouping}',
    group: 'Groep',
    customers: 'Klanten',
    mean: 'Gemiddeld',
    median: 'Middelste',
    sum: 'Totaal',
    withheld: 'Niet getoond, om niemand te herkennen: {groups}',
  },
  en: {
    title: 'Figures about groups of customers',
    lead: 'So a customer sees how it stands among others, and nobody recognises another. Each figure appears once.',
    rules: 'A group counts at least {least} customers, and no customer is more than {share}% of it.',
    stricter: 'Make it stricter',
    stricter_text: 'Stricter is always possible; looser never again.',
    least: 'Least number of customers in a group',
    share: 'Largest part of one customer (%)',
    saved: 'The rules are stricter.',
    publish: 'Publish figures',
    claim: 'About',
    period: 'A period that is over',
    period_hint: 'Such as 2026, 2026-Q3 or 2026-10',
    grouping: 'By',
    sure: 'Publish',
    sure_title: 'Publish these figures?',
    sure_text: 'They appear once and cannot be made different afterwards.',
    published: 'The figures are published.',
    none: 'No figures were published yet.',
    caption: '{claim}, {period}, by {grouping}',
    group: 'Group',
    customers: 'Customers',
    mean: 'Mean',
    median: 'Median',
    sum: 'Total',
    withheld: 'Not shown, so that nobody is recognised: {groups}',
  },
})

const claims = ['discount_percentage', 'payment_term_days', 'order_count', 'order_value'] as const
const groupings = ['role', 'region'] as const
const columns = ['customers', 'mean', 'median', 'sum'] as const

/** Figures of groups that are large enough, and the rules they keep to. */
export default function Figures() {
  const say = useWords(texts)
  const who = useWho()
  const found = useRead('figures.list', {})
  const { rules, items = [] } = found.data ?? {}
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={found}>
        {rules && (
          <Group>
            <Text size="sm">{say('rules', { least: rules.min_group, share: rules.max_share })}</Text>
            {hasRole(who, 'administrator') && <Stricter rules={rules} />}
          </Group>
        )}
        {hasRole(who, 'coordinator', 'administrator') && (
          <Section title={say('publish')}>
            <Publish />
          </Section>
        )}
        {items.length === 0 && <Empty>{say('none')}</Empty>}
        {items.map((one) => (
          <Published key={`${one.claim} ${one.period} ${one.grouping}`} one={one} />
        ))}
      </Loaded>
    </Page>
  )
}

function Published({ one }: { readonly one: Output<'figures.list'>['items'][number] }) {
  const say = useWords(texts)
  const sayShared = useWords(sharingWords)
  const sayPartner = useWords(partnerWords)
  const { code } = useNames()
  const { number } = useFormats()
  const group = (name: string) => (isPartnerWord(name) ? sayPartner(name) : code(name))
  const title = say('caption', {
    ...{ claim: sayShared(one.claim), period: one.period, grouping: sayShared(one.grouping) },
  })
  return (
    <Section title={title}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls is scrolled by keyboard too */}
      <section className="scrolls" tabIndex={0} aria-label={`${title}: ${say('group')}`}>
        <Table striped withTableBorder>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('group')}</Table.Th>
              {columns.map((column) => (
                <Table.Th key={column}>{say(column)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {one.figures.map((figure) => (
              <Table.Tr key={figure.group}>
                <Table.Th scope="row">{group(figure.group)}</Table.Th>
                {columns.map((column) => (
                  <Table.Td key={column}>{number(figure[column])}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
      {one.withheld.length > 0 && (
        <Text size="sm" c="dimmed">
          {say('withheld', { groups: one.withheld.map((held) => group(held.group)).join(', ') })}
        </Text>
      )}
    </Section>
  )
}

function Publish() {
  const say = useWords(texts)
  const sayShared = useWords(sharingWords)
  const tell = useTell()
  const [wanted, want] = useState<Input<'figures.publish'>>({
    ...{ claim: 'discount_percentage', period: '', grouping: 'role' },
  })
  const [isAsking, ask] = useState(false)
  const publish = useChange('figures.publish', ['figures.', 'lists.'])
  return (
    <Paper
      component="form"
      withBorder
      p="md"
      radius="md"
      className="no-print"
      onSubmit={(event) => {
        event.preventDefault()
        ask(true)
      }}
    >
      <Stack gap="sm" align="flex-start">
        <NativeSelect
          label={say('claim')}
          value={wanted.claim}
          data={claims.map((value) => ({ value, label: sayShared(value) }))}
          onChange={({ currentTarget: { value } }) =>
            want({ ...wanted, claim: claims.find((one) => one === value) ?? 'discount_percentage' })
          }
        />
        <TextInput
          label={say('period')}
          description={say('period_hint')}
          required
          pattern="\d{4}(-(Q[1-4]|0[1-9]|1[0-2]))?"
          value={wanted.period}
          onChange={({ currentTarget: { value } }) => want({ ...wanted, period: value })}
        />
        <NativeSelect
          label={say('grouping')}
          value={wanted.grouping}
          data={groupings.map((value) => ({ value, label: sayShared(value) }))}
          onChange={({ currentTarget: { value } }) =>
            want({ ...wanted, grouping: value === 'region' ? 'region' : 'role' })
          }
        />
        <Button type="submit">{say('publish')}</Button>
      </Stack>
      {isAsking && (
        <Confirm
          title={say('sure_title')}
          text={say('sure_text')}
          sure={say('sure')}
          error={publish.error}
          busy={publish.isPending}
          onClose={() => ask(false)}
          onSure={() =>
            publish.mutate(wanted, {
              onSuccess: () => {
                ask(false)
                tell({ text: say('published') })
              },
            })
          }
        />
      )}
    </Paper>
  )
}

function Stricter({ rules }: { readonly rules: Output<'figures.list'>['rules'] }) {
  const say = useWords(texts)
  const tell = useTell()
  const [wanted, want] = useState<typeof rules | null>(null)
  const set = useChange('figures.rules', ['figures.'])
  return (
    <>
      <Button size="compact-sm" variant="subtle" className="no-print" onClick={() => want(rules)}>
        {say('stricter')}
      </Button>
      {wanted && (
        <Confirm
          title={say('stricter')}
          text={say('stricter_text')}
          sure={say('stricter')}
          error={null}
          busy={set.isPending}
          isReady={Number.isInteger(wanted.min_group) && Number.isFinite(wanted.max_share)}
          onClose={() => want(null)}
          onSure={() =>
            set.mutate(wanted, {
              onSuccess: () => {
                want(null)
                tell({ text: say('saved') })
              },
            })
          }
        >
          <TextInput
            type="number"
            label={say('least')}
            min={rules.min_group}
            defaultValue={rules.min_group}
            onChange={({ currentTarget: { valueAsNumber } }) => want({ ...wanted, min_group: valueAsNumber })}
          />
          <TextInput
            type="number"
            label={say('share')}
            min={1}
            max={rules.max_share}
            defaultValue={rules.max_share}
            onChange={({ currentTarget: { valueAsNumber } }) => want({ ...wanted, max_share: valueAsNumber })}
          />
          {set.error && <Failure error={set.error} />}
        </Confirm>
      )}
    </>
  )
}
