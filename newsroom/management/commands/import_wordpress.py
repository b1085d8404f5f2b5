from newsroom.importing.command import ImportCommand


class Command(ImportCommand):
    help = "Take over a site from its WordPress export (Tools, Export). It can be run again."
    system = "wordpress"
