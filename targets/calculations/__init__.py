"""The rules, as pure functions.

Standard library only, no clock, no database: whatever a rule needs is an argument. Amounts come in as
``Decimal``          and are computed as ``Fraction``, so nothing is rounded before ``targets.display`` prints it.
``None``             means "not reported" everywhere and is never the same as a reported zero. 1 means 100 %.

==================== =====================================================================
``terms``            the words the rules are about
``facts``            what the rules receive
``periods``          months, periods viewed, months in which an answer falls due
``answers``          what a target has reported by a month
``paths``            what the plan asks for by a month
``standings``        actual against plan: completion, schedule ratio, gap, status of one position
``milestones``       tasks made of steps
``rollup``           from the targets to any unit above them
``means``            sections and the township
``outlook``          what remains, the pace it needs, the forecast
``difficulty``       what the rest of the year asks, hardest first
``timeline``         steps on the line of the year
``comparison``       year on year
``checks``           relations between indicators
``slips``            what in a plan is probably a slip
``layouts``          a year's target laid over the months
``breakdowns``       whether the parts of a plan make the whole
``likeness``         whether two indicators are probably the same
``units_of_measure`` names and factors of units of measure
==================== =====================================================================
"""
