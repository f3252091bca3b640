"""What the segmenter makes of a text, for the tests of its parts."""

from classifier.datamodels import Document
from classifier.segment import segment


def contents(text):
    return [clause.content for clause in segment(Document(text))]


def lead_ins(text):
    return {clause.content: clause.lead_in for clause in segment(Document(text))}


def headings(text):
    return {clause.content: clause.heading for clause in segment(Document(text))}
