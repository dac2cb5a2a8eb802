"""Documents: proofs on paper, each numbered without a gap, hashed, and confirmed by a public page; links to them."""
