"""What the journal knows of: each act has one word and belongs to one kind of acts."""

CATEGORIES = [
    ("login", "Logging in"),
    ("viewing", "Reading"),
    ("registration", "Registration"),
    ("flow", "Flow"),
    ("signature", "Signature"),
    ("access", "Access"),
    ("settings", "Settings"),
    ("integrity", "Integrity"),
]

ACTIONS = {
    "login": [("login", "Logged in"), ("logout", "Logged out"), ("login_failed", "Login failed")],
    "viewing": [
        ("view", "Opened"),
        ("open_file", "File opened"),
        ("download", "File downloaded"),
        ("print", "Printed"),
        ("export", "Exported"),
    ],
    "registration": [
        ("create", "Created"),
        ("mail_draft", "Draft made of an e-mail"),
        ("mail_set_aside", "E-mail set aside"),
        ("reject_receipt", "Receipt not acknowledged"),
        ("add_file", "File added"),
        ("remove_file", "File removed from the draft"),
        ("check_out", "Files taken for editing"),
        ("release", "Files released"),
        ("scan_certify", "Scan certified"),
        ("paper", "Place of the paper"),
        ("scan_batch", "Pile scanned"),
        ("scan_filed", "Scan filed"),
        ("scan_set_aside", "Scan set aside"),
        ("register", "Registered"),
        ("change", "Draft changed"),
        ("annul", "Number annulled"),
        ("correct", "Entry corrected"),
        ("manual_number", "Missed number entered"),
        ("reserve_block", "Numbers reserved for paper"),
        ("back_entry", "Entered from paper"),
        ("unused_number", "Reserved number explained"),
        ("close_block", "Paper block completed"),
        ("case_open", "Case opened"),
    ],
    "flow": [
        ("dispatch", "Dispatched"),
        ("dispatch_failed", "Dispatch failed"),
        ("dispatch_retry", "Dispatched again"),
        ("dispatch_package", "Package prepared"),
        ("deliver", "Delivered"),
        ("receipt", "Receipt sent"),
        ("case_close", "Case closed"),
        ("case_continue", "Case continued"),
        ("case_join", "Put into a case"),
        ("case_move", "Moved to another case"),
        ("case_remove", "Taken out of the case"),
        ("case_merge", "Cases merged"),
        ("case_split", "Merge of cases undone"),
        ("case_class", "Class of the case changed"),
        ("volume_volume", "Volume begun"),
        ("volume_charge", "Volume charged out"),
        ("volume_return", "Volume returned"),
        ("archive", "Handed to the archive"),
    ],
    "access": [
        ("grant", "Access granted"),
        ("deny", "Access denied"),
        ("access_withdrawn", "Access withdrawn"),
        ("access_level", "Access level changed"),
        ("rights", "Rights changed"),
    ],
    "settings": [("settings", "Setting changed")],
    "integrity": [
        ("verify", "Register verified"),
        ("reconcile", "Reconciliation"),
        ("closing", "Daily list made"),
        ("journal_removal", "Old journal rows removed"),
    ],
}

PLAIN = frozenset({
    "login", "logout", "login_failed", "view", "print", "export", "register", "annul", "case_open", "grant", "deny", "rights",
    "access_withdrawn", "access_level", "manual_number", "reserve_block", "back_entry", "unused_number", "close_block",
    "closing", "settings", "verify", "reconcile", "journal_removal",
})  # fmt: skip
"""Acts whose details name no content of a document; whoever reads the row reads them."""

REMOVABLE = ("login", "logout", "login_failed", "view", "open_file", "download")
"""Acts that tell who looked, not what was done; the retention setting may remove them in time."""
