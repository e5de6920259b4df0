// Exits 0 where this Node can build the web app: what Vite asks for, 20.19 or later in 20, or 22.12 and up.
const [major, minor] = process.versions.node.split('.').map(Number);
process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22 ? 0 : 1);
