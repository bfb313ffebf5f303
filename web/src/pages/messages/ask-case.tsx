import { NativeSelect, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useChange, useRead } from '../../api/hooks'
import { Claims } from '../../ui/claims'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Loaded } from '../../ui/page'
import { PartnerInput, usePartners } from '../../ui/partner-input'
import { useTell } from '../../ui/told'
import { useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Een zaak beginnen voor een partner',
    partner: 'Voor welke partner?',
    question: 'Wat voor vraag is het?',
    none: 'U hebt nog geen soorten vragen.',
    make: 'Maak er een',
    asks: 'U vraagt daarvoor te mogen zien:',
    about: 'Waar het over gaat',
    ask: 'Vragen',
    asked: 'Gevraagd aan {name}.',
  },
  en: {
    title: 'Begin a case for a partner',
    partner: 'For which partner?',
    question: 'What kind of question is it?',
    none: 'You have no kinds of questions yet.',
    make: 'Make one',
    asks: 'You ask to see for it:',
    about: 'What it is about',
    ask: 'Ask',
    asked: 'Asked of {name}.',
  },
})

/** Opens a case for a partner, and asks just what its kind of question needs. */
export function AskCase({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const tell = useTell()
  const questions = useRead('questions.list', {})
  const current = questions.data?.items.filter(({ state }) => state === 'current') ?? []
  const [partner, setPartner] = useState('')
  const [code, choose] = useState('')
  const [about, setAbout] = useState('')
  const partners = usePartners(partner)
  const chosen = current.find((one) => one.code === code) ?? current[0]
  const ask = useChange('cases.ask', ['cases.', 'access.'])
  return (
    <Confirm
      title={say('title')}
      sure={say('ask')}
      isHarmless
      isReady={chosen !== undefined && partner.trim() !== '' && about.trim() !== ''}
      error={ask.error}
      busy={ask.isPending}
      onClose={onClose}
      onSure={() =>
        chosen &&
        ask.mutate(
          { partner: partners.reference, question: chosen.code, about },
          {
            onSuccess: ({ case: opened }) => {
              onClose()
              tell({ text: say('asked', opened.partner) })
            },
          },
        )
      }
    >
      <Loaded of={questions}>
        {chosen ? (
          <>
            <PartnerInput label={say('partner')} value={partner} of={partners} onChange={setPartner} />
            <NativeSelect
              label={say('question')}
              value={chosen.code}
              data={current.map((one) => ({ value: one.code, label: one.title[language] }))}
              onChange={(event) => choose(event.currentTarget.value)}
            />
            <Text size="sm">{say('asks')}</Text>
            <Claims of={chosen.claims} />
            <Textarea
              label={say('about')}
              required
              autosize
              minRows={2}
              value={about}
              onChange={(event) => setAbout(event.currentTarget.value)}
            />
          </>
        ) : (
          <Text size="sm">
            {say('none')} <TextLink to="/messages/questions">{say('make')}</TextLink>
          </Text>
        )}
      </Loaded>
    </Confirm>
  )
}
