import type { ReactNode, SVGProps } from "react";

/** Both are drawn in the colour of the text around them, as GraphiQL's own. */
export function ListIcon(props: SVGProps<SVGSVGElement>): ReactNode {
  return (
    <Icon {...props}>
      <path d="M9 6h12M9 12h12M9 18h12M4 6h.01M4 12h.01M4 18h.01" />
    </Icon>
  );
}

export function KeyIcon(props: SVGProps<SVGSVGElement>): ReactNode {
  return (
    <Icon {...props}>
      <circle cx="8" cy="15.5" r="4.5" />
      <path d="m11.2 12.3 9.3-9.3M16.5 7l3 3M13.5 10l2 2" />
    </Icon>
  );
}

function Icon({ children, ...props }: SVGProps<SVGSVGElement>): ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      aria-hidden="true"
      {...props}
    >
      {children}
    </svg>
  );
}
