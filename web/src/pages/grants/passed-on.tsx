import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { type Item, useChange, useList } from '../../api/hooks'
import { Claims } from '../../ui/claims'
import { Confirm } from '../../ui/confirm'
import { Empty, Failure, Loaded, More, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useEndings } from '../../words/endings'
import { useTerms } from '../../words/purposes'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Tussenpersonen',
    lead: 'Wie namens een ander meeleest: onder wat u deelt, en namens uw bedrijf.',
    yours: 'Onder wat u deelt',
    yours_none: 'Niemand leest namens een ander mee met wat u deelt.',
    ours: 'Namens ons',
    ours_none: 'Niemand leest namens uw bedrijf. Doorgeven begint bij wat een partner met u deelt.',
    for: 'voor {purposes}',
    until: 'tot en met {day}',
    on_behalf: 'leest namens {name}',
    reads_at: 'leest namens ons bij {name}',
    looked: 'keek het laatst op {moment}',
    never: 'keek nog niet',
    over: 'voorbij',
    kept_out: 'door u buitengesloten',
    cut: 'Niet meer laten meelezen',
    cut_title: '{name} niet meer laten meelezen?',
    cut_text:
      '{name} ziet dit dan niet meer, ook niet via een nieuwe doorgave. {holder} mag zelf nog wel kijken.',
    cut_done: '{name} leest niet meer mee.',
    allow: 'Doorgeven weer toestaan',
    allowed: 'Doorgeven aan {name} mag weer. Wat u afsneed blijft afgesneden.',
    withdraw: 'Beëindigen',
    withdraw_title: '{name} niet meer namens ons laten lezen?',
    withdraw_text: '{name} ziet dan niets meer van wat {owner} met ons deelt.',
    withdrawn: '{name} leest niet meer namens ons.',
  },
  en: {
    title: 'Intermediaries',
    lead: 'Who reads along on behalf of another: under what you share, and on behalf of your company.',
    yours: 'Under what you share',
    yours_none: 'Nobody reads what you share on behalf of another.',
    ours: 'On our behalf',
    ours_none: 'Nobody reads on behalf of your company. Passing on begins at what a partner shares with you.',
    for: 'for {purposes}',
    until: 'until {day}',
    on_behalf: 'reads on behalf of {name}',
    reads_at: 'reads on our behalf at {name}',
    looked: 'looked last on {moment}',
    never: 'did not look yet',
    over: 'over',
    kept_out: 'kept out by you',
    cut: 'Let read along no more',
    cut_title: 'Let {name} read along no more?',
    cut_text: '{name} then sees this no more, by no new delegation either. {holder} may still look.',
    cut_done: '{name} reads along no more.',
    allow: 'Allow passing on again',
    allowed: 'Passing on to {name} is allowed again. What you cut stays cut.',
    withdraw: 'End',
    withdraw_title: 'Let {name} read on our behalf no more?',
    withdraw_text: '{name} then sees nothing any more of what {owner} shares with us.',
    withdrawn: '{name} reads on our behalf no more.',
  },
})

/** Who reads on behalf of somebody else: under what she shares, and for us. */
export default function PassedOn() {
  const say = useWords(texts)
  const passesOn = hasRole(useWho(), 'coordinator', 'administrator')
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Section title={say('yours')}>
        <Links />
      </Section>
      {passesOn && (
        <Section title={say('ours')}>
          <Delegations />
        </Section>
      )}
    </Page>
  )
}

function Links() {
  const say = useWords(texts)
  const { day, moment } = useFormats()
  const { purposes } = useTerms()
  const ending = useEndings()
  const tell = useTell()
  const list = useList('access.links', { limit: 50 })
  const cut = useChange('access.cut', ['access.'])
  const allow = useChange('access.allow', ['access.'])
  const [cutting, setCutting] = useState<Item<'access.links'> | null>(null)
  return (
    <>
      {allow.error && <Failure error={allow.error} />}
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say('yours_none')}</Empty>}
        {list.items?.map((link) => (
          <Reader
            key={link.id}
            name={link.to.name}
            isOver={link.state === 'ended'}
            claims={link.claims}
            facts={[
              say('on_behalf', { name: link.on_behalf_of.name }),
              say('for', { purposes: purposes(link.purpose) }),
              say('until', { day: day(link.until) }),
              link.last_look === null ? say('never') : say('looked', { moment: moment(link.last_look) }),
              ...(link.ended === null ? [] : [ending(link.ended)]),
              ...(link.kept_out ? [say('kept_out')] : []),
            ]}
          >
            {link.kept_out ? (
              <Button
                variant="default"
                aria-label={`${say('allow')}: ${link.to.name}`}
                loading={allow.isPending && allow.variables?.id === link.id}
                onClick={() =>
                  allow.mutate(
                    { id: link.id },
                    { onSuccess: () => tell({ text: say('allowed', { name: link.to.name }) }) },
                  )
                }
              >
                {say('allow')}
              </Button>
            ) : (
              link.state === 'live' && (
                <Button
                  variant="light"
                  color="red"
                  aria-label={`${say('cut')}: ${link.to.name}`}
                  onClick={() => setCutting(link)}
                >
                  {say('cut')}
                </Button>
              )
            )}
          </Reader>
        ))}
        <More list={list} />
      </Loaded>
      {cutting && (
        <Confirm
          title={say('cut_title', { name: cutting.to.name })}
          text={say('cut_text', { name: cutting.to.name, holder: cutting.on_behalf_of.name })}
          sure={say('cut')}
          error={cut.error}
          busy={cut.isPending}
          onClose={() => setCutting(null)}
          onSure={() =>
            cut.mutate(
              { id: cutting.id },
              {
                onSuccess: () => {
                  setCutting(null)
                  tell({ text: say('cut_done', { name: cutting.to.name }) })
                },
              },
            )
          }
        />
      )}
    </>
  )
}

function Delegations() {
  const say = useWords(texts)
  const { day } = useFormats()
  const { purposes } = useTerms()
  const ending = useEndings()
  const tell = useTell()
  const list = useList('delegations.list', { limit: 50 })
  const withdraw = useChange('delegations.withdraw', ['delegations.'])
  const [ends, setEnds] = useState<Item<'delegations.list'> | null>(null)
  return (
    <>
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say('ours_none')}</Empty>}
        {list.items?.map((one) => (
          <Reader
            key={one.id}
            name={one.to.name}
            isOver={one.state === 'ended'}
            claims={one.claims}
            facts={[
              say('reads_at', { name: one.owner.name }),
              say('for', { purposes: purposes(one.purpose) }),
              say('until', { day: day(one.until) }),
              ...(one.ended === null ? [] : [ending(one.ended)]),
            ]}
          >
            {one.state !== 'ended' && (
              <Button
                variant="light"
                color="red"
                aria-label={`${say('withdraw')}: ${one.to.name}`}
                onClick={() => setEnds(one)}
              >
                {say('withdraw')}
              </Button>
            )}
          </Reader>
        ))}
        <More list={list} />
      </Loaded>
      {ends && (
        <Confirm
          title={say('withdraw_title', { name: ends.to.name })}
          text={say('withdraw_text', { name: ends.to.name, owner: ends.owner.name })}
          sure={say('withdraw')}
          error={withdraw.error}
          busy={withdraw.isPending}
          onClose={() => setEnds(null)}
          onSure={() =>
            withdraw.mutate(
              { id: ends.id },
              {
                onSuccess: () => {
                  setEnds(null)
                  tell({ text: say('withdrawn', { name: ends.to.name }) })
                },
              },
            )
          }
        />
      )}
    </>
  )
}

function Reader({
  name,
  facts,
  claims,
  isOver,
  children,
}: {
  readonly name: string
  readonly facts: readonly string[]
  readonly claims: readonly string[]
  readonly isOver: boolean
  readonly children: ReactNode
}) {
  const say = useWords(texts)
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <Stack gap={4} flex="1 1 16rem">
          <Group gap="xs">
            <Text fw={600} className="breakable">
              {name}
            </Text>
            {isOver && (
              <Badge variant="light" color="gray">
                {say('over')}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {facts.join(' · ')}
          </Text>
          <Claims of={claims} />
        </Stack>
        <Group className="no-print">{children}</Group>
      </Group>
    </Paper>
  )
}
