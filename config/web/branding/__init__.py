"""The institution's own name, logo and colour: on kiosks, pages, e-mails and paper."""
