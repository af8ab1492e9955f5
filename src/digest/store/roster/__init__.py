"""The roster: who may be mailed. Functions on a connection, one subject a module.

`people` finds and describes, `audience` freezes and guards, `words` keeps what people said,
`bringing` takes in rows by the thousand, `undoing` takes an import back, `letters` limits how
often somebody is asked.
"""
