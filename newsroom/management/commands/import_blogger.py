from newsroom.importing.command import ImportCommand


class Command(ImportCommand):
    help = "Take over a site from its Blogger export. It can be run again."
    system = "blogger"
