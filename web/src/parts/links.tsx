import { Anchor, type AnchorProps, NavLink, type NavLinkProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes } from 'react';

type Html = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps | keyof NavLinkProps>;

/** TextLink and MenuLink are links of the library that the router follows. */
export const TextLink = createLink((props: AnchorProps & Html) => <Anchor {...props} />);
export const MenuLink = createLink((props: NavLinkProps & Html) => <NavLink {...props} />);
