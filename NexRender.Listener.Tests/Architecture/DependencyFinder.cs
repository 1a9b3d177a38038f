using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NexRender.Listener.Tests.Architecture;

/// <summary>
/// Finds the dependencies between the folders of a project by the semantic model of the compiler. It sees every use of a type: named,
/// inferred by <c>var</c>, returned by a member, static or by extension. Using directives do not count.
/// </summary>
internal sealed class DependencyFinder
{
    // A partial method without the implementation that a source generator writes, and what follows from it: generators do not run here.
    private static readonly string[] NoImplementation = ["CS8795", "CS0170"];

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private readonly CSharpCompilation _compilation;
    private readonly Dictionary<SyntaxTree, SourceFile> _files;

    public DependencyFinder(IReadOnlyList<SourceFile> sources)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        _files = sources.ToDictionary(source => CSharpSyntaxTree.ParseText(source.Text, options, source.Path));
        _compilation = CSharpCompilation.Create(
            "Sources",
            [.. _files.Keys, CSharpSyntaxTree.ParseText(ImplicitUsings, options)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(path => Path.GetFileName(path) != "NexRender.Listener.dll")
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(
                OutputKind.ConsoleApplication, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>The errors of the compilation: what does not compile would hide dependencies.</summary>
    public IEnumerable<string> Errors => _compilation.GetDiagnostics()
        .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && !NoImplementation.Contains(diagnostic.Id))
        .Select(diagnostic => diagnostic.ToString());

    /// <summary>Finds the dependencies between different folders.</summary>
    public IEnumerable<Dependency> Find() => _files.SelectMany(file => Find(file.Key, file.Value)).Distinct();

    private IEnumerable<Dependency> Find(SyntaxTree tree, SourceFile source)
    {
        var model = _compilation.GetSemanticModel(tree);
        foreach (var node in tree.GetRoot().DescendantNodes(node => node is not UsingDirectiveSyntax))
        {
            foreach (var type in TypesOf(model, node))
            {
                foreach (var reference in type.DeclaringSyntaxReferences)
                {
                    if (!_files.TryGetValue(reference.SyntaxTree, out var target) || target.Room == source.Room) continue;
                    var line = tree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
                    yield return new Dependency(source.Room, target.Room, type.Name, $"{source.Path}:{line}");
                }
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> TypesOf(SemanticModel model, SyntaxNode node)
    {
        if (node is not (ExpressionSyntax or BaseTypeSyntax or ConstructorInitializerSyntax)) return [];
        var symbol = model.GetSymbolInfo(node).Symbol;
        var info = model.GetTypeInfo(node);
        return new[] { symbol as ITypeSymbol, symbol?.ContainingType, info.Type, info.ConvertedType }.SelectMany(Named);
    }

    // A type with the types that it is made of: the items of an array, the arguments of a generic type, the parts of a tuple.
    private static IEnumerable<INamedTypeSymbol> Named(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => Named(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(Named).Prepend(named.OriginalDefinition),
        _ => [],
    };
}
