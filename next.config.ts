import type { NextConfig } from "next";

/** Headers that hold for every reply. The content security policy carries a nonce and is set per request in proxy.ts. */
const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
];

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // These load files beside themselves or native parts, which a bundle would lose.
  serverExternalPackages: ["pg", "pino", "@prisma/client", "@prisma/adapter-pg", "inngest"],
  // `npm test` checks the types of everything; a build that checks them again only makes the first start slower.
  typescript: { ignoreBuildErrors: true },
  // The lab listens on 127.0.0.1; in development Next refuses its assets to any origin but localhost otherwise.
  allowedDevOrigins: ["127.0.0.1"],
  async headers() {
    return [
      { source: "/:path*", headers: securityHeaders },
      // Who may frame a shared page is said by its content security policy, which the proxy sets.
      { source: "/((?!share/).*)", headers: [{ key: "X-Frame-Options", value: "DENY" }] },
      { source: "/(share|start|join)/:path*", headers: [{ key: "Referrer-Policy", value: "no-referrer" }, { key: "X-Robots-Tag", value: "noindex, nofollow" }] },
    ];
  },
  async rewrites() {
    // A link carries its token, which is longer than an id, until it is exchanged.
    return [{ source: "/share/:token([A-Za-z0-9_-]{43})", destination: "/share/open/:token" }];
  },
  async redirects() {
    return [{ source: "/", destination: "/experiments", permanent: false }];
  },
};

export default config;
