import { Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useWords, words } from '../../words/words'
import { readQrCode } from './qr'

const texts = words({
  nl: {
    link: 'Link',
    photo: 'Foto van de QR-code',
    no_code: 'Op deze foto staat geen leesbare QR-code. Plak anders de link.',
    no_reader: 'Deze browser leest geen QR-codes. Plak de link.',
  },
  en: {
    link: 'Link',
    photo: 'Photo of the QR code',
    no_code: 'There is no readable QR code on this photo. Paste the link instead.',
    no_reader: 'This browser reads no QR codes. Paste the link.',
  },
})

/** A link that a wallet opens, pasted or read from a picture of its code. */
export function LinkOrPhoto({
  link,
  onLink,
}: {
  readonly link: string
  readonly onLink: (link: string) => void
}) {
  const say = useWords(texts)
  const [unread, setUnread] = useState<'no_code' | 'no_reader' | null>(null)
  const read = async (file: File | undefined) => {
    if (!file) return
    const found = await readQrCode(file)
    setUnread('text' in found ? null : found.why)
    if ('text' in found) onLink(found.text)
  }
  return (
    <>
      <Textarea
        label={say('link')}
        value={link}
        autosize
        minRows={1}
        maxRows={6}
        maxLength={64 * 1024}
        spellCheck={false}
        onChange={(event) => onLink(event.currentTarget.value)}
      />
      <TextInput
        type="file"
        label={say('photo')}
        accept="image/*"
        error={unread === null ? undefined : say(unread)}
        onChange={(event) => void read(event.currentTarget.files?.[0])}
      />
    </>
  )
}
