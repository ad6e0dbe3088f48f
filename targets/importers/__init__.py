"""Reading files: every row is validated and every error listed before a service is called once.

An office's own spreadsheet of targets (目标任务分解表) passes through these, each a function from a frozen value to the
next; nothing here shows a page or writes to the database:

1. ``files.workbook.read_workbook(content, name)``: the uploaded bytes as sheets of typed cells, or one sentence that
   refuses them. The formats are in ``files.xlsx``, ``files.xls``, ``files.ods`` and ``files.csv_text``, the sizes in
   ``files.limits``, the cells in ``files.grid``.
2. ``plan.headings.find_table(workbook)``: the likeliest sheet and its heading, each column with a guessed meaning and
   how sure that is. A person may choose another sheet (``find_heading``), other rows (``heading_at``), other meanings
   (``choices``, ``Meaning.of``): the mapping. ``Heading.clashes`` names columns that mean the same.
3. ``plan.sheet.read_plan(sheet, heading, names, year=…, mapping=…, answers=…)``: the rows as they will be stored
   (``plan.rows.PlanRow``) and all problems at once (``problems.Problem``). ``names`` is what the house knows
   (``names``). Words are read by ``plan.wordings``, a row's figures by ``plan.figures``. A question is answered by
   giving its key back in ``answers`` and reading again: the result depends on the arguments alone, so that only the
   file, the mapping and the answers have to be kept between two pages.
4. ``files.marked_copy.faulty_copy(content, workbook, problems)``: the file given back with its faults marked.

When ``PlanRows.is_ready``, the caller stores all rows by one service in one transaction. A field in ``PlanRow.assumed``
was filled by what is usual and is shown as such before that.

Progress of an office's own sheets is read by ``progress``; a whole house of CSV files by ``csv_dump``, strictly.
"""
