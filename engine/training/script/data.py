"""The part of a stand-alone script that reads or draws its pictures, in the same order as engine.pytorch.data."""

from engine.data import decoded, sources
from engine.training.config import Config
from engine.training.script import excerpt


def data_lines(config: Config, name: str) -> str:
    """Return code that makes train_images, train_labels, test_images, test_labels; name: of the data set."""
    if config.data == "shapes":
        return _shapes(config.seed)
    if config.data == "cifar10":
        return _cifar10(part=name not in ("", "CIFAR-10"))
    return _folder(config)


def _cifar10(part: bool) -> str:
    lines = [
        "# The folder that holds cifar-10-batches-py; it is downloaded where it is missing.",
        'root = Path(sys.argv[1] if len(sys.argv) > 1 else "data")',
        "train, test = CIFAR10(root, train=True, download=True), CIFAR10(root, train=False)",
    ]
    if part:
        lines = [
            "class Part(CIFAR10):",
            '    """A part of CIFAR-10, whose files have other checksums than the whole."""',
            "",
            "    train_list = [[name, None] for name, _ in CIFAR10.train_list]",
            "    test_list = [[name, None] for name, _ in CIFAR10.test_list]",
            '    meta = {**CIFAR10.meta, "md5": None}',
            "",
            "",
            "# The folder that holds cifar-10-batches-py.",
            'root = Path(sys.argv[1] if len(sys.argv) > 1 else "data")',
            "train, test = Part(root, train=True), Part(root, train=False)",
        ]
    lines += [
        "train_images, test_images = (torch.from_numpy(s.data.transpose(0, 3, 1, 2).copy()) for s in (train, test))",
        "train_labels, test_labels = torch.tensor(train.targets), torch.tensor(test.targets)",
    ]
    return "\n".join(lines)


def _shapes(seed: int) -> str:
    _, _, code = (excerpt.ENGINE / "data/drawings.py").read_text(encoding="utf-8").partition("\nCLASSES = ")
    code = f"CLASSES = {code}".replace(excerpt.function("data/drawings.py", "noise") + "\n\n\n", "")
    each = decoded.AT_ONCE
    return f'''
# Drawn pictures of ten shapes: they are synthetic.
{code.strip()}


def drawn(count, test):
    """Draw pictures, {each:,} at a time."""
    parts = []
    for k in range(count // {each}):
        own = int(np.random.SeedSequence(({seed}, k, test)).generate_state(1, np.uint64)[0])
        parts.append(shape_pictures({each}, 32, own, colour=True))
    return tuple(torch.from_numpy(np.concatenate(part)) for part in zip(*parts))


train_images, train_labels = drawn({sources.SHAPES_TRAIN}, False)
test_images, test_labels = drawn({sources.SHAPES_TEST}, True)
'''


def _folder(config: Config) -> str:
    root = sources.folder_of(config.data)
    file = "data/decode.py"
    names = ("SIDE", "FORMATS", "MAX_PIXELS", "ORIENTATION", "TURNED")
    constants = [f"{name} = {excerpt.constant(file, name)!r}" for name in names]
    constants.append(f"EXTENSIONS = {sources.EXTENSIONS!r}")
    functions = excerpt.functions(file, "decode")
    parts = sources.parts(root)
    where = " and in ".join(f"{part}/" for part in (parts.train, parts.test) if part)
    read = f"""
# A folder for each class{f", in {where}" if where else ""}.
root = Path(sys.argv[1] if len(sys.argv) > 1 else {str(root)!r})
{_two_folders(parts) if parts.test else _one_folder(parts.train, config.seed)}
CLASSES = sorted(train)
train_images, train_labels = read(train)
test_images, test_labels = read(test)
"""
    constants[0] = f"# Pictures of any size and kind, as 32 × 32 pixels of red, green and blue.\n{constants[0]}"
    return "\n\n\n".join(["\n".join(constants), *functions, _LISTED.strip(), read.strip()])


_LISTED = '''
def listed(folder):
    """Return each class's files, in order."""
    classes = {}
    for name in sorted(entry.name for entry in os.scandir(folder) if entry.is_dir() and not hidden(entry.name)):
        classes[name] = []
        for place, folders, files in os.walk(folder / name):
            folders[:] = sorted(inner for inner in folders if not hidden(inner))
            classes[name] += [
                Path(place, file)
                for file in sorted(files)
                if file.lower().endswith(EXTENSIONS) and not file.startswith(".")
            ]
    return classes


def hidden(name):
    return name.startswith(".") or name == "__MACOSX"


def read(classes):
    """Return pictures and labels, the classes in turn; files that cannot be read are skipped."""
    placed = [
        ((i + 0.5) / len(files), CLASSES.index(name), os.fspath(file))
        for name, files in classes.items()
        for i, file in enumerate(files)
    ]
    pictures, labels = [], []
    for _, label, file in sorted(placed):
        try:
            pictures.append(decode(file))
            labels.append(label)
        except ValueError as error:
            print(f"skipped: {file} {error}", file=sys.stderr)
    return torch.from_numpy(np.stack(pictures)), torch.tensor(labels)
'''


def _two_folders(parts) -> str:
    return f"train, test = listed(root / {parts.train!r}), listed(root / {parts.test!r})"


def _one_folder(part: str, seed: int) -> str:
    return f"""
train, test = listed(root{f" / {part!r}" if part else ""}), {{}}
for k, (name, files) in enumerate(train.items()):
    count = max(1, round({sources.TEST_SHARE} * len(files)))
    chosen = set(np.random.default_rng(({seed}, k)).permutation(len(files))[:count].tolist())
    test[name] = [file for i, file in enumerate(files) if i in chosen]
    train[name] = [file for i, file in enumerate(files) if i not in chosen]
""".strip()
