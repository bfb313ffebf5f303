import type { ReactNode } from 'react'

function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

export const HomeIcon = () => (
  <Icon>
    <path d="M4 11 12 4l8 7v9h-5v-6H9v6H4z" />
  </Icon>
)
export const PersonIcon = () => (
  <Icon>
    <circle cx="12" cy="8" r="4" />
    <path d="M4 20c1.5-4 4.5-6 8-6s6.5 2 8 6" />
  </Icon>
)
export const AskIcon = () => (
  <Icon>
    <path d="M4 5h16v11H9l-5 4z" />
    <path d="M9 10h6" />
  </Icon>
)
export const GrantIcon = () => (
  <Icon>
    <circle cx="8" cy="14" r="4" />
    <path d="m11 11 9-8m-4 3.5 2.5 3" />
  </Icon>
)
export const EyeIcon = () => (
  <Icon>
    <path d="M2 12c3-5 6.5-7 10-7s7 2 10 7c-3 5-6.5 7-10 7s-7-2-10-7z" />
    <circle cx="12" cy="12" r="3" />
  </Icon>
)
export const PartnersIcon = () => (
  <Icon>
    <circle cx="8" cy="9" r="3" />
    <circle cx="17" cy="10" r="2.5" />
    <path d="M2 19c1-3 3.5-5 6-5s5 2 6 5m1-5c3 0 5 1.5 6.5 4" />
  </Icon>
)
export const BoardIcon = () => (
  <Icon>
    <path d="M4 5h4v14H4zm6 0h4v9h-4zm6 0h4v5h-4z" />
  </Icon>
)
export const MapIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="3" />
    <circle cx="5" cy="6" r="2" />
    <circle cx="19" cy="6" r="2" />
    <circle cx="12" cy="21" r="1.5" />
    <path d="m7 7.5 3 2.5m7-2.5-3 2.5m-2 5v4.5" />
  </Icon>
)
export const PaperIcon = () => (
  <Icon>
    <path d="M6 3h8l4 4v14H6zm2 8h8m-8 4h8M14 3v4h4" />
  </Icon>
)
export const RulesIcon = () => (
  <Icon>
    <path d="M12 3v18M5 7h14M8 21h8M5 7l-3 7h6zm14 0-3 7h6z" />
  </Icon>
)
export const BookIcon = () => (
  <Icon>
    <path d="M12 6c-2-1.5-5-2-9-2v14c4 0 7 .5 9 2 2-1.5 5-2 9-2V4c-4 0-7 .5-9 2zm0 0v14" />
  </Icon>
)
export const LockIcon = () => (
  <Icon>
    <rect x="5" y="11" width="14" height="9" rx="2" />
    <path d="M8 11V8a4 4 0 0 1 8 0v3m-4 3v3" />
  </Icon>
)
export const DeskIcon = () => (
  <Icon>
    <path d="M4 13h5l1 3h4l1-3h5M4 13l3-8h10l3 8v6H4z" />
  </Icon>
)
export const ShieldIcon = () => (
  <Icon>
    <path d="M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6z" />
    <path d="m9 12 2 2 4-4" />
  </Icon>
)
export const LogIcon = () => (
  <Icon>
    <path d="M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01" />
  </Icon>
)
export const SettingsIcon = () => (
  <Icon>
    <path d="M4 7h9m5 0h2M4 17h3m5 0h8" />
    <circle cx="15.5" cy="7" r="2.5" />
    <circle cx="9.5" cy="17" r="2.5" />
  </Icon>
)
export const SearchIcon = () => (
  <Icon>
    <circle cx="11" cy="11" r="6" />
    <path d="m16 16 4 4" />
  </Icon>
)
export const BillIcon = () => (
  <Icon>
    <path d="M5 3h14v18l-3.5-2-3.5 2-3.5-2L5 21zM9 8h6m-6 4h6" />
  </Icon>
)
export const CheckIcon = () => (
  <Icon>
    <path d="M4 8V5a1 1 0 0 1 1-1h3m8 0h3a1 1 0 0 1 1 1v3m0 8v3a1 1 0 0 1-1 1h-3m-8 0H5a1 1 0 0 1-1-1v-3" />
    <path d="m8 12 3 3 5-6" />
  </Icon>
)
export const MailIcon = () => (
  <Icon>
    <rect x="3" y="5" width="18" height="14" rx="2" />
    <path d="m4 7 8 6 8-6" />
  </Icon>
)
export const TagIcon = () => (
  <Icon>
    <path d="M4 4h8l8 8-8 8-8-8z" />
    <circle cx="8.5" cy="8.5" r="1.5" />
  </Icon>
)
